"""The rulers behind `engine.attributes`: each file measures one side of the music, bar by bar."""
