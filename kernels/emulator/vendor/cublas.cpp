// A stand-in for libcublas.so.12, as far as JCublas asks it here: column-major products of float32 or bfloat16, summed in float32.
// g++ -std=c++17 -O2 -shared -fPIC -Wl,-soname,libcublas.so.12 cublas.cpp -o libcublas.so.12 -ldl
#include "host.h"
using accounts::give;
using accounts::known;
using accounts::take;

enum { OK = 0, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum { NOT_TRANSPOSED = 0, COMPUTE_32F = 68 };

struct Library { void *stream = nullptr, *workspace = nullptr; size_t bytes = 0; };

extern "C" {
int cublasCreate_v2(Library **library) { CALL(); *library = give(new Library); return OK; }
int cublasDestroy_v2(Library *library) { CALL(); return take(library) ? OK : INVALID_VALUE; }
int cublasGetVersion_v2(Library *, int *version) { CALL(); *version = 120603; return OK; }
int cublasSetStream_v2(Library *library, void *stream) { CALL(); library->stream = stream; library->workspace = nullptr; return OK; }
int cublasSetWorkspace_v2(Library *library, void *workspace, size_t bytes) {
    CALL();
    if ((uint64_t)workspace % 256) return INVALID_VALUE;
    library->workspace = workspace;
    library->bytes = bytes;
    return OK;
}
int cublasGemmStridedBatchedEx(Library *library, int transA, int transB, int m, int n, int k, const float *alpha, const void *a, int typeA, int lda,
                               long long strideA, const void *b, int typeB, int ldb, long long strideB, const float *beta, void *c, int typeC, int ldc,
                               long long strideC, int count, int compute, int) {
    CALL();
    if (!known(library) || lda < m || ldb < k || ldc < m || count < 1 || *alpha != 1 || *beta != 0) return INVALID_VALUE;
    if (transA != NOT_TRANSPOSED || transB != NOT_TRANSPOSED || compute != COMPUTE_32F) return NOT_SUPPORTED;
    if (typeA != typeB || (typeB != typeC && typeC != F32)) return NOT_SUPPORTED;
    if (typeA != F32 && typeA != BF16) return NOT_SUPPORTED;
    if (!library->workspace) return NOT_SUPPORTED;    // the real one would allocate, which a capture forbids
    DataType type = (DataType)typeA, result = (DataType)typeC;
    Library used = *library;
    int code = enqueue(library->stream, [=] {
        memset(used.workspace, 0xff, used.bytes);
        for (int64_t p = 0; p < count; p++)
            for (int64_t j = 0; j < n; j++)
                for (int64_t i = 0; i < m; i++) {
                    float sum = 0;
                    for (int64_t l = 0; l < k; l++) sum += number(a, type, p * strideA + i + l * lda) * number(b, type, p * strideB + l + j * ldb);
                    put(c, result, p * strideC + i + j * ldc, sum);
                }
    });
    return code ? EXECUTION_FAILED : OK;
}
}
