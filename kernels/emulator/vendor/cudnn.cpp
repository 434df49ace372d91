// A stand-in for libcudnn.so.9 (or, with -DMAJOR=8, .8): convolutions over pictures, channels last, of float32 or bfloat16, summed in float32.
// g++ -std=c++17 -O2 -shared -fPIC -Wl,-soname,libcudnn.so.9 cudnn.cpp -o libcudnn.so.9 -ldl
#include "host.h"
using accounts::give;
using accounts::known;
using accounts::take;

#ifndef MAJOR
#define MAJOR 9
#endif

enum { OK = 0, BAD_PARAM = MAJOR == 9 ? 2000 : 3, EXECUTION_FAILED = MAJOR == 9 ? 5000 : 8, NOT_SUPPORTED = MAJOR == 9 ? 3000 : 9 };
enum { FLOAT = 0, BFLOAT16 = 9, NHWC = 1, CROSS_CORRELATION = 1, DEFAULT_MATH = 0, FMA_MATH = 3, NOT_DETERMINISTIC = 0, DETERMINISTIC = 1 };

struct Library { void *stream = nullptr; };
struct Tensor { int type, n, c, h, w; };
struct Convolution { int pad[2], stride[2], dilation[2], mode, compute, math = DEFAULT_MATH; };
struct Result { int algorithm, status; float time; size_t memory; int determinism, math, reserved[3]; };
static_assert(sizeof(Result) == 48, "as cudnnConvolutionFwdAlgoPerf_t");

static const size_t WORKSPACE = 4096;

static int extent(const Convolution *c, int axis, int size, int taps) {
    return (size + 2 * c->pad[axis] - (taps - 1) * c->dilation[axis] - 1) / c->stride[axis] + 1;
}

static int check(const Tensor *x, const Tensor *w, const Convolution *c, const Tensor *y) {
    for (const void *thing : {(const void *)x, (const void *)w, (const void *)c, (const void *)y}) if (!known(thing)) return BAD_PARAM;
    if (x->type != w->type || x->type != y->type || c->compute != FLOAT || c->mode != CROSS_CORRELATION) return NOT_SUPPORTED;
    bool fits = x->c == w->c && y->c == w->n && x->n == y->n && y->h == extent(c, 0, x->h, w->h) && y->w == extent(c, 1, x->w, w->w);
    return fits ? OK : BAD_PARAM;
}

static int tensor(Tensor *t, int format, int type, int n, int c, int h, int w) {
    if (!known(t) || n < 1 || c < 1 || h < 1 || w < 1) return BAD_PARAM;
    if (format != NHWC || (type != FLOAT && type != BFLOAT16)) return NOT_SUPPORTED;
    *t = Tensor{type, n, c, h, w};
    return OK;
}

static void convolve(const void *x, Tensor tx, const void *w, Tensor tw, Convolution c, void *y, Tensor ty) {
    DataType type = tx.type == FLOAT ? F32 : BF16;
    for (int64_t n = 0; n < ty.n; n++)
        for (int64_t row = 0; row < ty.h; row++)
            for (int64_t column = 0; column < ty.w; column++)
                for (int64_t out = 0; out < ty.c; out++) {
                    float sum = 0;
                    for (int64_t r = 0; r < tw.h; r++)
                        for (int64_t s = 0; s < tw.w; s++) {
                            int64_t h = row * c.stride[0] + r * c.dilation[0] - c.pad[0], v = column * c.stride[1] + s * c.dilation[1] - c.pad[1];
                            if (h < 0 || h >= tx.h || v < 0 || v >= tx.w) continue;
                            for (int64_t in = 0; in < tx.c; in++)
                                sum += number(x, type, ((n * tx.h + h) * tx.w + v) * tx.c + in) * number(w, type, ((out * tw.h + r) * tw.w + s) * tw.c + in);
                        }
                    put(y, type, ((n * ty.h + row) * ty.w + column) * ty.c + out, sum);
                }
}

extern "C" {
size_t cudnnGetVersion() { return MAJOR == 9 ? 91300 : 8907; }
const char *cudnnGetErrorString(int status) {
    return status == NOT_SUPPORTED ? "CUDNN_STATUS_NOT_SUPPORTED" : status == BAD_PARAM ? "CUDNN_STATUS_BAD_PARAM" : "CUDNN_STATUS_OTHER";
}
int cudnnCreate(Library **library) { CALL(); *library = give(new Library); return OK; }
int cudnnDestroy(Library *library) { CALL(); return take(library) ? OK : BAD_PARAM; }
int cudnnSetStream(Library *library, void *stream) { CALL(); library->stream = stream; return OK; }
int cudnnCreateTensorDescriptor(Tensor **t) { CALL(); *t = give(new Tensor{}); return OK; }
int cudnnDestroyTensorDescriptor(Tensor *t) { CALL(); return take(t) ? OK : BAD_PARAM; }
int cudnnSetTensor4dDescriptor(Tensor *t, int format, int type, int n, int c, int h, int w) { CALL(); return tensor(t, format, type, n, c, h, w); }
int cudnnCreateFilterDescriptor(Tensor **t) { CALL(); *t = give(new Tensor{}); return OK; }
int cudnnDestroyFilterDescriptor(Tensor *t) { CALL(); return take(t) ? OK : BAD_PARAM; }
int cudnnSetFilter4dDescriptor(Tensor *t, int type, int format, int k, int c, int h, int w) { CALL(); return tensor(t, format, type, k, c, h, w); }
int cudnnCreateConvolutionDescriptor(Convolution **c) { CALL(); *c = give(new Convolution{}); return OK; }
int cudnnDestroyConvolutionDescriptor(Convolution *c) { CALL(); return take(c) ? OK : BAD_PARAM; }
int cudnnSetConvolution2dDescriptor(Convolution *c, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, int mode, int compute) {
    CALL();
    *c = Convolution{{padH, padW}, {strideH, strideW}, {dilationH, dilationW}, mode, compute};
    return OK;
}
int cudnnSetConvolutionMathType(Convolution *c, int math) { CALL(); c->math = math; return OK; }

// As the real one may: first an algorithm whose sums come in any order, then one with another kind of arithmetic, then the one to take.
int cudnnGetConvolutionForwardAlgorithm_v7(Library *library, const Tensor *x, const Tensor *w, const Convolution *c, const Tensor *y,
                                           int requested, int *returned, Result *results) {
    CALL();
    int code = known(library) ? check(x, w, c, y) : BAD_PARAM;
    if (code) return code;
    Result all[] = {{7, OK, 1, 0, NOT_DETERMINISTIC, c->math, {}}, {6, NOT_SUPPORTED, -1, 0, DETERMINISTIC, c->math, {}},
                    {3, OK, 2, 0, DETERMINISTIC, x->type == FLOAT ? DEFAULT_MATH : c->math, {}}, {1, OK, 3, WORKSPACE, DETERMINISTIC, c->math, {}}};
    *returned = requested < 4 ? requested : 4;
    memcpy(results, all, *returned * sizeof(Result));
    return OK;
}

int cudnnGetConvolutionForwardWorkspaceSize(Library *, const Tensor *, const Tensor *, const Convolution *, const Tensor *, int algorithm, size_t *bytes) {
    CALL();
    *bytes = algorithm == 1 ? WORKSPACE : 0;
    return OK;
}

int cudnnConvolutionForward(Library *library, const float *alpha, const Tensor *tx, const void *x, const Tensor *tw, const void *w,
                            const Convolution *c, int algorithm, void *workspace, size_t bytes, const float *beta, const Tensor *ty, void *y) {
    CALL();
    int code = known(library) ? check(tx, tw, c, ty) : BAD_PARAM;
    if (code) return code;
    if (*alpha != 1 || *beta != 0 || (algorithm == 1 && bytes < WORKSPACE) || (tx->type == FLOAT && c->math != FMA_MATH)) return BAD_PARAM;
    Tensor X = *tx, W = *tw, Y = *ty;
    Convolution C = *c;
    bool scratch = algorithm == 1;
    code = enqueue(library->stream, [=] {
        if (scratch) memset(workspace, 0xff, WORKSPACE);
        convolve(x, X, w, W, C, y, Y);
    });
    return code ? EXECUTION_FAILED : OK;
}
}
