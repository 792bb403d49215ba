/* A Python module with a symbol that another library has too: which of the two does it see?
   Compiled with -DONLY_SYMBOL it is that other library. */
int llvm_version(void) { return VERSION; }

#ifndef ONLY_SYMBOL
#include <Python.h>

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "libtriton", NULL, -1};

PyMODINIT_FUNC PyInit_libtriton(void) {
    PyObject *module = PyModule_Create(&definition);
    PyModule_AddIntConstant(module, "LLVM", llvm_version());
    return module;
}
#endif
