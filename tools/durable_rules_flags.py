"""Print the compiler flags that durable_rules 2.0.28 needs on this Python."""

import sys

if sys.version_info >= (3, 13):
    sys.stdout.write("-DPyEval_CallObject=PyObject_CallObject")
