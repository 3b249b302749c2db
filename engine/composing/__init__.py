"""From a wish to music: tokens, laws, sampling, decoding. It knows neither files nor windows."""
