"""What is handed to another program is one file and nothing else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.compose.handing_over import file_data


def test_a_file_is_offered_as_its_url_alone(qt_app: QApplication, tmp_path: Path) -> None:
    data = file_data(tmp_path / "1M1 A.mid")
    assert data.formats() == ["text/uri-list"]
    assert [url.toLocalFile() for url in data.urls()] == [str(tmp_path / "1M1 A.mid")]
