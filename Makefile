# The two commands of the README; each does all its set-up and can be run again at any time.
PYTHON ?= python3
CORES ?= 2
VENV := .venv
INSTALLED := $(VENV)/installed

.PHONY: run test lock

run: $(INSTALLED)
	$(VENV)/bin/snakemake --cores $(CORES) --rerun-incomplete
	@$(VENV)/bin/isogloss show results/tables/main.md | sed '/^## xnli/,$$d'  # all tasks side by side; a block for each task follows
	@$(VENV)/bin/isogloss show results/tables/alignment.md
	@echo "Tables: results/tables/  Figures: results/figures/  Models: results/models/  Logs: results/logs/"
	@echo "Any of them as text: $(VENV)/bin/isogloss show PATH"

test: $(INSTALLED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check --quiet .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest --numprocesses $(CORES) --dist loadfile

# requirements.txt pins everything exactly. pip takes torch from wherever it is configured to; on a Linux machine without a GPU
# `pip config set global.extra-index-url https://download.pytorch.org/whl/cpu` saves several gigabytes.
$(INSTALLED): requirements.txt pyproject.toml
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --requirement requirements.txt
	$(VENV)/bin/python -m pip install --quiet --no-deps --editable .
	touch $(INSTALLED)

# Renew the pins from what pyproject.toml allows. systran-align has wheels for some machines only; without it its tests are skipped.
WHEEL := sys_platform == "linux" and platform_machine == "x86_64" and python_version == "3.11"
lock:
	rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet torch==2.13.0 '.[workflow,test,align]'
	(head -1 requirements.txt; $(VENV)/lock/bin/pip freeze --exclude isogloss | sed 's/+cpu//; /^systran/s/$$/ ; $(WHEEL)/') > $(VENV)/requirements.txt
	mv $(VENV)/requirements.txt requirements.txt && rm -rf $(VENV)/lock
