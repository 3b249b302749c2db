-- Run by ardour7-lua with stdin and stdout as its hands: opens a session on JACK with one armed
-- MIDI track, rolls, and records until a line comes. The session's folder is in ARDOUR_SESSION.
AudioEngine:set_backend("JACK", "ardour", "")
local session = create_session(os.getenv("ARDOUR_SESSION"), "take", 48000)
assert(session, "no session")
local midi = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
local tracks = session:new_midi_track(
  midi, midi, true, ARDOUR.PluginInfo(), nil, nil, 1, "Take",
  ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, false)
local track
for each in tracks:iter() do track = each:to_track() end
track:rec_enable_control():set_value(1, PBD.GroupControlDisposition.NoGroup)
session:maybe_enable_record(true)
local port = track:input():midi(0)
print("armed " .. port:name())
io.stdout:flush()
local source = io.read("l")
assert(port:connect(source) == 0, "not connected")
session:goto_start(false)
session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
print("rolling")
io.stdout:flush()
io.read("l")
session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
for _ = 1, 20 do ARDOUR.LuaAPI.usleep(50000) end
session:save_state("", false, false, false, false, false)
print("stopped")
io.stdout:flush()
close_session()
quit()
