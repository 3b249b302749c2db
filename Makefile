PYTHON ?= python3

.PHONY: run test check setup

run:
	@$(PYTHON) start.py run

test:
	@$(PYTHON) start.py test $(ARGS)

check:
	@$(PYTHON) start.py check

setup:
	@$(PYTHON) start.py setup
