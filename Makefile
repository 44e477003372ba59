# make run: open tfcards.  make test: every test.  make tour: drive it once from first card to graded lab.
.PHONY: run test tour bench install

run: install
	.venv/bin/tfcards

test: install
	.venv/bin/python -m pytest

tour: install
	.venv/bin/python tests/tour.py tour-output

bench: install
	.venv/bin/python bench/run.py

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt scripts/install.sh scripts/system_packages.py
	sh scripts/install.sh
