/* The calls of the CUDA driver that cerebellum/engines/cuda.py makes, on host memory: arguments
   arrive as they would at the real library, so a wrong width or order shows without a GPU. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE (1ull << 40) /* what its addresses lie beyond those of the host by: no 32 bits hold one */

typedef struct { void *target; const void *source; size_t size; } Copy;
static Copy recorded[64];
static int count, capturing, stream_object, context_object;

int cuInit(unsigned flags) { return flags == 0 ? 0 : 1; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return 0; }
int cuDeviceGetName(char *name, int size, int device) {
    strncpy(name, "Stub GPU", size);
    return device;
}
int cuDevicePrimaryCtxRetain(void **context, int device) { *context = &context_object; return device; }
int cuCtxSetCurrent(void *context) { return context == &context_object ? 0 : 201; }
int cuStreamCreate(void **stream, unsigned flags) { *stream = &stream_object; return flags != 1; }
int cuMemAlloc_v2(uint64_t *pointer, size_t size) {
    if (size > (1ull << 40)) return 2;
    *pointer = (uint64_t)(uintptr_t)malloc(size) + DEVICE;
    return 0;
}
int cuMemHostAlloc(void **pointer, size_t size, unsigned flags) { *pointer = calloc(size, 1); return flags; }
static int copy(void *target, const void *source, size_t size, void *stream) {
    if (stream != &stream_object) return 400;
    if (capturing) recorded[count++] = (Copy){target, source, size};
    else memcpy(target, source, size);
    return 0;
}
int cuMemcpyHtoDAsync_v2(uint64_t target, const void *source, size_t size, void *stream) {
    return copy((void *)(uintptr_t)(target - DEVICE), source, size, stream);
}
int cuMemcpyDtoHAsync_v2(void *target, uint64_t source, size_t size, void *stream) {
    return copy(target, (const void *)(uintptr_t)(source - DEVICE), size, stream);
}
int cuStreamSynchronize(void *stream) { return stream == &stream_object ? 0 : 400; }
int cuStreamBeginCapture_v2(void *stream, int mode) { capturing = 1; count = 0; return mode != 2; }
int cuStreamEndCapture(void *stream, void **graph) { capturing = 0; *graph = recorded; return 0; }
int cuGraphInstantiateWithFlags(void **ready, void *graph, unsigned long long flags) {
    *ready = graph;
    return flags != 0;
}
int cuGraphLaunch(void *ready, void *stream) {
    Copy *copies = ready;
    for (int i = 0; i < count; i++) memcpy(copies[i].target, copies[i].source, copies[i].size);
    return stream == &stream_object ? 0 : 400;
}
int cuGetErrorName(int code, const char **text) { *text = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "?"; return 0; }
