// ONNX Runtime's C API on the same work as ScorerBenchmark: rows of DISTINCT numbers into one input tensor, converted from
// double precision or copied from single, one call into one output tensor, the results added up. One thread within a call,
// no spinning, tensors made once.
//
//   ort_capi LIBRARY MODEL FEATURES ROWS double|float DISTINCT SECONDS...    prints microseconds a call, one number for each SECONDS
//
// ONNX Runtime's table of functions only ever grows at its end; the ones that are used stand here by their slot.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  ERROR_MESSAGE = 2, CREATE_ENV = 3, CREATE_SESSION = 7, RUN = 9, CREATE_SESSION_OPTIONS = 10, INTRA_OP_THREADS = 24,
  INTER_OP_THREADS = 25, TENSOR_WITH_DATA = 49, CPU_MEMORY_INFO = 69, CONFIG_ENTRY = 130
};
enum { FLOAT = 1, DEVICE_ALLOCATOR = 0, DEFAULT_MEMORY = 0, FATAL = 4, API_VERSION = 16 };

typedef void* Status;
typedef struct { void** (*get_api)(uint32_t); const char* (*version)(void); } ApiBase;

static void** api;

static void check(Status status) {
  if (status) {
    fprintf(stderr, "%s\n", ((const char* (*)(Status))api[ERROR_MESSAGE])(status));
    exit(1);
  }
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(int count, char** words) {
  if (count < 8) {
    fprintf(stderr, "usage: ort_capi LIBRARY MODEL FEATURES ROWS double|float DISTINCT SECONDS...\n");
    return 2;
  }
  int64_t features = atoi(words[3]), rows = atoi(words[4]), distinct = atoi(words[6]);
  void* library = dlopen(words[1], RTLD_NOW);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const ApiBase* (*get_base)(void) = (const ApiBase* (*)(void))dlsym(library, "OrtGetApiBase");
  api = get_base()->get_api(API_VERSION);

  void *env, *options, *session, *memory, *input, *output;
  check(((Status(*)(int, const char*, void**))api[CREATE_ENV])(FATAL, "capi", &env));
  check(((Status(*)(void**))api[CREATE_SESSION_OPTIONS])(&options));
  check(((Status(*)(void*, int))api[INTRA_OP_THREADS])(options, 1));
  check(((Status(*)(void*, int))api[INTER_OP_THREADS])(options, 1));
  check(((Status(*)(void*, const char*, const char*))api[CONFIG_ENTRY])(options, "session.intra_op.allow_spinning", "0"));
  check(((Status(*)(void*, const char*, const void*, void**))api[CREATE_SESSION])(env, words[2], options, &session));
  check(((Status(*)(int, int, void**))api[CPU_MEMORY_INFO])(DEVICE_ALLOCATOR, DEFAULT_MEMORY, &memory));

  int converts = strcmp(words[5], "double") == 0;
  double* numbers = malloc(distinct * sizeof(double));
  float* singles = malloc(distinct * sizeof(float));
  srand(1);
  for (int64_t i = 0; i < distinct; i++) singles[i] = numbers[i] = rand() / (double)RAND_MAX;
  float* in = aligned_alloc(64, ((rows * features * 4 + 63) / 64) * 64);
  float* out = aligned_alloc(64, ((rows * 4 + 63) / 64) * 64);
  int64_t in_shape[] = {rows, features}, out_shape[] = {rows, 1};
  typedef Status (*Tensor)(void*, void*, size_t, const int64_t*, size_t, int, void**);
  check(((Tensor)api[TENSOR_WITH_DATA])(memory, in, rows * features * 4, in_shape, 2, FLOAT, &input));
  check(((Tensor)api[TENSOR_WITH_DATA])(memory, out, rows * 4, out_shape, 2, FLOAT, &output));

  const char* in_names[] = {"features"};
  const char* out_names[] = {"score"};
  typedef Status (*Run)(void*, void*, const char* const*, void* const*, size_t, const char* const*, size_t, void**);
  Run run = (Run)api[RUN];
  double sum = 0;
  int64_t at = 0;
  for (int round = 7; round < count; round++) {
    double start = seconds(), end = start + atof(words[round]), now = start;
    int64_t calls = 0;
    while (now < end) {
      for (int64_t row = 0; row < rows; row++) {
        at = at + features > distinct - features ? 0 : at + features;
        if (converts) {
          for (int64_t i = 0; i < features; i++) in[row * features + i] = numbers[at + i];
        } else {
          memcpy(in + row * features, singles + at, features * sizeof(float));
        }
      }
      check(run(session, NULL, in_names, &input, 1, out_names, 1, &output));
      for (int64_t row = 0; row < rows; row++) sum += out[row];
      calls++;
      now = seconds();
    }
    printf("%.3f\n", (now - start) * 1e6 / calls);
  }
  fprintf(stderr, "sum %g\n", sum);  // so that nothing is optimised away
  return 0;
}
