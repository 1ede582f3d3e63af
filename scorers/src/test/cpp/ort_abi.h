// The parts of ONNX Runtime's C ABI that a small plugin execution provider needs, written down by slot. The tables only
// ever grow at their ends, so a slot's number never changes: version 23 is the first with plugins, and what is asked
// for here, and any newer library has all of it. Not a copy of onnxruntime_c_api.h: opaque types are void*.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ort {

constexpr uint32_t kApiVersion = 23;
constexpr int kEpFail = 11;         // OrtErrorCode ORT_EP_FAIL
constexpr int kHardwareCpu = 0;     // OrtHardwareDeviceType

struct Status;
struct Graph;
struct Node;
struct Value;
struct KernelContext;
struct Shape;
struct HardwareDevice;
struct EpDevice;
struct SupportInfo;
struct SessionOptions;
struct ComputeContext;
struct Logger;

struct ApiBase {
  const void* const* (*get_api)(uint32_t version);
  const char* (*version)();
};

// A function of a table by its slot.
template <typename Function>
Function* slot(const void* const* table, std::size_t index) {
  return reinterpret_cast<Function*>(const_cast<void*>(table[index]));
}

// What is used of OrtApi.
struct Api {
  const void* const* table;

  Status* fail(const char* message) const { return slot<Status*(int, const char*)>(table, 0)(kEpFail, message); }
  Status* data(Value* v, void** out) const { return slot<Status*(Value*, void**)>(table, 51)(v, out); }
  Status* rank(const Shape* s, size_t* out) const { return slot<Status*(const Shape*, size_t*)>(table, 61)(s, out); }
  Status* dimensions(const Shape* s, int64_t* out, size_t count) const {
    return slot<Status*(const Shape*, int64_t*, size_t)>(table, 62)(s, out, count);
  }
  Status* shape(const Value* v, Shape** out) const { return slot<Status*(const Value*, Shape**)>(table, 65)(v, out); }
  Status* input(const KernelContext* c, size_t index, const Value** out) const {
    return slot<Status*(const KernelContext*, size_t, const Value**)>(table, 90)(c, index, out);
  }
  Status* output(KernelContext* c, size_t index, const int64_t* dims, size_t rank, Value** out) const {
    return slot<Status*(KernelContext*, size_t, const int64_t*, size_t, Value**)>(table, 91)(c, index, dims, rank, out);
  }
  void release(Shape* s) const { slot<void(Shape*)>(table, 99)(s); }
  Status* has_option(const SessionOptions* o, const char* key, int* out) const {
    return slot<Status*(const SessionOptions*, const char*, int*)>(table, 237)(o, key, out);
  }
  Status* option(const SessionOptions* o, const char* key, char* out, size_t* size) const {
    return slot<Status*(const SessionOptions*, const char*, char*, size_t*)>(table, 238)(o, key, out, size);
  }
  int hardware_type(const HardwareDevice* d) const { return slot<int(const HardwareDevice*)>(table, 307)(d); }
  const void* const* ep_table() const { return slot<const void* const*()>(table, 317)(); }
  Status* node_count(const Graph* g, size_t* out) const {
    return slot<Status*(const Graph*, size_t*)>(table, 344)(g, out);
  }
  Status* nodes(const Graph* g, const Node** out, size_t count) const {
    return slot<Status*(const Graph*, const Node**, size_t)>(table, 345)(g, out, count);
  }
  Status* op(const Node* n, const char** out) const {
    return slot<Status*(const Node*, const char**)>(table, 350)(n, out);
  }

  // And of OrtEpApi.
  Status* new_device(void* factory, const HardwareDevice* d, EpDevice** out) const {
    return slot<Status*(void*, const HardwareDevice*, const void*, const void*, EpDevice**)>(ep_table(), 0)(
        factory, d, nullptr, nullptr, out);
  }
  Status* fuse(SupportInfo* s, const Node* const* nodes, size_t count) const {
    return slot<Status*(SupportInfo*, const Node* const*, size_t, const void*)>(ep_table(), 2)(s, nodes, count, nullptr);
  }
};

// What a fused node computes (OrtNodeComputeInfo).
struct ComputeInfo {
  uint32_t version = kApiVersion;
  Status* (*create)(ComputeInfo*, ComputeContext*, void** state) = nullptr;
  Status* (*compute)(ComputeInfo*, void* state, KernelContext*) = nullptr;
  void (*release)(ComputeInfo*, void* state) = nullptr;
};

// A provider in one session (OrtEp), as of version 23.
struct Ep {
  uint32_t version = kApiVersion;
  const char* (*name)(const Ep*) = nullptr;
  Status* (*capability)(Ep*, const Graph*, SupportInfo*) = nullptr;
  Status* (*compile)(Ep*, const Graph**, const Node**, size_t, ComputeInfo**, Node**) = nullptr;
  void (*release)(Ep*, ComputeInfo**, size_t) = nullptr;
  void* unused[9] = {};
};

// What makes providers (OrtEpFactory), as of version 23.
struct Factory {
  uint32_t version = kApiVersion;
  const char* (*name)(const Factory*) = nullptr;
  const char* (*vendor)(const Factory*) = nullptr;
  Status* (*devices)(Factory*, const HardwareDevice* const*, size_t, EpDevice**, size_t, size_t*) = nullptr;
  Status* (*create)(Factory*, const HardwareDevice* const*, const void* const*, size_t, const SessionOptions*,
                    const Logger*, Ep**) = nullptr;
  void (*release)(Factory*, Ep*) = nullptr;
  uint32_t (*vendor_id)(const Factory*) = nullptr;
  const char* (*ep_version)(const Factory*) = nullptr;
  void* validate = nullptr;
  Status* (*allocator)(Factory*, const void*, const void*, void**) = nullptr;
  void (*release_allocator)(Factory*, void*) = nullptr;
  Status* (*transfer)(Factory*, void**) = nullptr;
  bool (*stream_aware)(const Factory*) = nullptr;
  void* unused[2] = {};
};

}  // namespace ort
