.PHONY: run test bench chaos
run:  ; @python3 tasks.py run
test: ; @python3 tasks.py test
bench: ; @python3 tasks.py bench
chaos: ; @python3 tasks.py chaos
