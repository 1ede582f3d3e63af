// An execution provider for the tests: it claims every Relu and computes it on "a device" that can be told to fail.
//
//   option.wrong=1       gives results that are off by a tenth, as a broken card would
//   option.claim=none    claims nothing
//   option.fault=PATH    fails while that file exists
//
// Built by the tests: g++ -std=c++17 -shared -fPIC -O2 -o libtoy.so toy_provider.cpp
// Nothing may be thrown across the C boundary: callbacks are noexcept, and ask for no memory that they could not get.
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "ort_abi.h"

namespace {

#define RETURN_IF_FAILED(call) \
  if (ort::Status* status = (call)) return status

struct ToyFactory : ort::Factory {
  ort::Api api{};
  std::string ep_name;
};

struct ToyEp : ort::Ep {
  ToyFactory* factory = nullptr;
  bool wrong = false;
  bool claims = true;
  std::string fault;
};

struct Relu : ort::ComputeInfo {
  const ToyEp* ep = nullptr;
};

ort::Status* compute(ort::ComputeInfo* self, void*, ort::KernelContext* context) noexcept {
  const ToyEp& ep = *static_cast<Relu*>(self)->ep;
  const ort::Api& api = ep.factory->api;
  if (!ep.fault.empty()) {
    if (FILE* file = std::fopen(ep.fault.c_str(), "r")) {
      std::fclose(file);
      return api.fail("the toy device has caught fire");
    }
  }
  const ort::Value* input = nullptr;
  ort::Shape* shape = nullptr;
  RETURN_IF_FAILED(api.input(context, 0, &input));
  RETURN_IF_FAILED(api.shape(input, &shape));
  size_t rank = 0;
  int64_t dims[8] = {};
  ort::Status* failed = api.rank(shape, &rank);
  if (!failed && rank <= 8) failed = api.dimensions(shape, dims, rank);
  api.release(shape);
  if (failed) return failed;
  if (rank > 8) return api.fail("the toy device takes 8 dimensions at most");
  ort::Value* output = nullptr;
  void* from = nullptr;
  void* to = nullptr;
  RETURN_IF_FAILED(api.output(context, 0, dims, rank, &output));
  RETURN_IF_FAILED(api.data(const_cast<ort::Value*>(input), &from));
  RETURN_IF_FAILED(api.data(output, &to));
  int64_t count = 1;
  for (size_t i = 0; i < rank; i++) count *= dims[i];
  for (int64_t i = 0; i < count; i++) {
    float value = static_cast<float*>(from)[i];
    static_cast<float*>(to)[i] = (value < 0 ? 0 : value) + (ep.wrong ? 0.1f : 0);
  }
  return nullptr;
}

ort::Status* capability(ort::Ep* self, const ort::Graph* graph, ort::SupportInfo* support) noexcept {
  const ToyEp& ep = *static_cast<ToyEp*>(self);
  const ort::Api& api = ep.factory->api;
  size_t count = 0;
  RETURN_IF_FAILED(api.node_count(graph, &count));
  const ort::Node* nodes[256] = {};
  if (!ep.claims || count > 256) return nullptr;
  RETURN_IF_FAILED(api.nodes(graph, nodes, count));
  for (size_t i = 0; i < count; i++) {
    const char* op = nullptr;
    RETURN_IF_FAILED(api.op(nodes[i], &op));
    if (std::strcmp(op, "Relu") == 0) RETURN_IF_FAILED(api.fuse(support, &nodes[i], 1));
  }
  return nullptr;
}

ort::Status* compile(ort::Ep* self, const ort::Graph**, const ort::Node**, size_t count, ort::ComputeInfo** out,
                     ort::Node**) noexcept {
  for (size_t i = 0; i < count; i++) {
    Relu* relu = new (std::nothrow) Relu;
    if (!relu) return static_cast<ToyEp*>(self)->factory->api.fail("no memory");
    relu->ep = static_cast<ToyEp*>(self);
    relu->create = [](ort::ComputeInfo*, ort::ComputeContext*, void** state) noexcept -> ort::Status* {
      *state = nullptr;
      return nullptr;
    };
    relu->compute = compute;
    relu->release = [](ort::ComputeInfo*, void*) noexcept {};
    out[i] = relu;
  }
  return nullptr;
}

// Options come as ep.<provider in lower case>.<key>.
std::string option(const ToyFactory& factory, const ort::SessionOptions* options, const char* key) {
  std::string name = "ep.";
  for (char c : factory.ep_name) name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  name = name + "." + key;
  int present = 0;
  if (factory.api.has_option(options, name.c_str(), &present) || !present) return "";
  size_t size = 0;
  (void)factory.api.option(options, name.c_str(), nullptr, &size);
  std::vector<char> value(size + 1);
  size = value.size();
  return factory.api.option(options, name.c_str(), value.data(), &size) ? "" : value.data();
}

ort::Status* create(ort::Factory* self, const ort::HardwareDevice* const*, const void* const*, size_t,
                    const ort::SessionOptions* options, const ort::Logger*, ort::Ep** out) noexcept {
  ToyFactory* factory = static_cast<ToyFactory*>(self);
  try {
    ToyEp* ep = new ToyEp;
    ep->factory = factory;
    ep->wrong = option(*factory, options, "wrong") == "1";
    ep->claims = option(*factory, options, "claim") != "none";
    ep->fault = option(*factory, options, "fault");
    ep->name = [](const ort::Ep* e) noexcept -> const char* {
      return static_cast<const ToyEp*>(e)->factory->ep_name.c_str();
    };
    ep->capability = capability;
    ep->compile = compile;
    ep->release = [](ort::Ep*, ort::ComputeInfo** infos, size_t count) noexcept {
      for (size_t i = 0; i < count; i++) delete static_cast<Relu*>(infos[i]);
    };
    *out = ep;
    return nullptr;
  } catch (...) {
    return factory->api.fail("no memory for the toy provider");
  }
}

// There is one virtual device, which lives on the CPU's.
ort::Status* devices(ort::Factory* self, const ort::HardwareDevice* const* all, size_t count, ort::EpDevice** out,
                     size_t room, size_t* found) noexcept {
  ToyFactory* factory = static_cast<ToyFactory*>(self);
  *found = 0;
  for (size_t i = 0; i < count && *found < room && *found == 0; i++) {
    if (factory->api.hardware_type(all[i]) == ort::kHardwareCpu) {
      RETURN_IF_FAILED(factory->api.new_device(factory, all[i], &out[(*found)++]));
    }
  }
  return nullptr;
}

}  // namespace

extern "C" ort::Status* CreateEpFactories(const char* name, const ort::ApiBase* base, const ort::Logger*,
                                          ort::Factory** out, size_t room, size_t* made) noexcept {
  const void* const* table = base->get_api(ort::kApiVersion);
  ToyFactory* factory = new (std::nothrow) ToyFactory;
  if (!table || !factory || room < 1) {
    delete factory;
    *made = 0;
    return table ? ort::Api{table}.fail("no room for the toy provider") : nullptr;
  }
  factory->api.table = table;
  factory->ep_name = name;
  factory->name = [](const ort::Factory* f) noexcept -> const char* {
    return static_cast<const ToyFactory*>(f)->ep_name.c_str();
  };
  factory->vendor = [](const ort::Factory*) noexcept -> const char* { return "Millrace tests"; };
  factory->vendor_id = [](const ort::Factory*) noexcept -> uint32_t { return 0; };
  factory->ep_version = [](const ort::Factory*) noexcept -> const char* { return "1.0.0"; };
  factory->devices = devices;
  factory->create = create;
  factory->ort::Factory::release = [](ort::Factory*, ort::Ep* ep) noexcept { delete static_cast<ToyEp*>(ep); };
  factory->allocator = [](ort::Factory*, const void*, const void*, void** a) noexcept -> ort::Status* {
    *a = nullptr;
    return nullptr;
  };
  factory->release_allocator = [](ort::Factory*, void*) noexcept {};
  factory->transfer = [](ort::Factory*, void** t) noexcept -> ort::Status* {
    *t = nullptr;
    return nullptr;
  };
  factory->stream_aware = [](const ort::Factory*) noexcept { return false; };
  *out = factory;
  *made = 1;
  return nullptr;
}

extern "C" ort::Status* ReleaseEpFactory(ort::Factory* factory) noexcept {
  delete static_cast<ToyFactory*>(factory);
  return nullptr;
}
