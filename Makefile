# make alone lists the targets. The work is done by runner/bin: find-jdk, maven, build, verbatim.
# GNU make 3.81 (macOS) is enough. make exits with 2 whatever a command exits with and names the command's code
# in its last line; scripts that need the code call runner/bin/verbatim.

VERBATIM := runner/bin/verbatim
MAVEN := runner/bin/maven
EXP ?=
ARGS ?=
QUICK ?=

.DEFAULT_GOAL := help
.PHONY: help build run sweep resume verify describe evaluate validate list report doctor test smoke numerics ptx test-cuda dist-cuda bench peers format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1 ($$2 ~ /^EXP/ ? " EXP=name" : ""), $$2 }' Makefile | sed 's/EXP: //'
	@echo "  ARGS=\"...\" adds flags, as in make run EXP=quickstart ARGS=\"--threads 2\"; $(VERBATIM) --help lists them"

build: ## compile the program, where anything changed since the last time
	@runner/bin/build

define needs_exp
	@test -n '$(EXP)' || { echo "make $@ needs an experiment: make $@ EXP=quickstart (make list shows them)" >&2; exit 2; }
endef

run: build ## EXP: train an experiment and print its results
	$(needs_exp)
	@$(VERBATIM) run '$(EXP)' $(ARGS)

sweep: build ## EXP: variants, grid and seeds that are not done yet, and their comparison
	$(needs_exp)
	@$(VERBATIM) sweep '$(EXP)' $(ARGS)

describe: build ## EXP: its layers: shapes, parameters, MACs, FLOPs
	$(needs_exp)
	@$(VERBATIM) describe '$(EXP)' $(ARGS)

evaluate: build ## EXP: a saved run's weights (a run's folder) on other images
	$(needs_exp)
	@$(VERBATIM) evaluate '$(EXP)' $(ARGS)

validate: build ## check the experiment files, all or EXP=name
	@$(VERBATIM) validate $(EXP) $(ARGS)

list: build ## the experiments there are
	@$(VERBATIM) list $(ARGS)

report: build ## turn results/ into report/generated/ (ARGS=--serve follows runs in a browser)
	@$(VERBATIM) report $(ARGS)

doctor: build ## say what works on this machine
	@$(VERBATIM) doctor $(ARGS)

test: ## build everything and pass all tests and checks
	@$(MAVEN) -Pchecks verify

test-cuda: ## every op on CUDA, bits compared with the CPU's; without a GPU on a stand-in for its driver (g++)
	@$(MAVEN) -pl framework/cuda,framework/conformance -am test

ptx: ## compile the CUDA kernels anew (nvcc 13.0)
	@framework/cuda/bin/ptx

dist-cuda: ## one archive for a GPU machine without Java and network: framework/cuda/target/verbatim-cuda.tar.gz
	@framework/cuda/bin/dist

verify: build ## EXP: execute its reference result (or a run's folder) again and compare the bits
	$(needs_exp)
	@$(VERBATIM) verify '$(EXP)' $(ARGS)

resume: build ## EXP: go on with what was stopped
	$(needs_exp)
	@$(VERBATIM) resume '$(EXP)' $(ARGS)

numerics: build ## measure the error of exp and log over every float32, for NUMERICS.md (minutes)
	@$(MAVEN) -q -Dmaven.test.skip=true -pl framework/conformance -am package
	@"$$(runner/bin/find-jdk)/bin/java" -cp framework/core/target/classes:framework/conformance/target/classes dev.verbatim.conformance.ElementaryErrors

# Compares with the runs that are committed.
bench: ## kernels and whole steps against what this machine can do, as CSV (half an hour; QUICK=1: two minutes)
	@$(MAVEN) -Dmaven.test.skip=true -pl framework/bench -am package
	@"$$(runner/bin/find-jdk)/bin/java" @runner/bin/java.options --sun-misc-unsafe-memory-access=allow \
	  -Djmh.blackhole.autoDetect=false '-Dverbatim.home=$(CURDIR)' -cp 'framework/bench/target/lib/*' dev.verbatim.bench.Bench \
	  $(if $(QUICK),--quick) $(ARGS) $$(git ls-files 'results/benchmarks/*.csv' ':!results/benchmarks/peers-*' ':!results/benchmarks/device-*')

peers: ## train beside PyTorch and Deeplearning4j: losses, speed, memory, an epoch (LIMIT=n images)
	@framework/bench/peers/bin/peers $(if $(LIMIT),--limit $(LIMIT)) $(ARGS)

smoke: build ## every experiment at its smallest size, on generated data
	@.ci/smoke

format: ## format all Java sources
	@$(MAVEN) -Pchecks,peers spotless:apply

clean: ## remove everything that was built; results stay
	@rm -rf target report/target runner/target framework/*/target framework/bench/*/target report/generated
