from tests.unit.gpu_machine import a_machine_with_a_gpu

__all__ = ["a_machine_with_a_gpu"]
