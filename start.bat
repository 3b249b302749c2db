@echo off
rem Double-click on Windows: sets PSYCHOSCORE up the first time, then opens the window.
cd /d "%~dp0"
where py >nul 2>nul
if %errorlevel%==0 (
  py -3 start.py run
) else (
  python start.py run
)
if errorlevel 1 pause
