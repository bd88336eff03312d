/** The store behind Workspace: a few blocks, each reused by the next call that fits in it. */
#include "workspace.h"

#include <cstdlib>
#include <mutex>
#include <new>

namespace signal_lab {
namespace {

constexpr size_t kLine = 64;
constexpr int kPlaces = 16;
/** Blocks above this are not kept: 64 MiB. */
constexpr size_t kLargestKept = size_t{1} << 24;

struct Block {
  float* data = nullptr;
  size_t capacity = 0;
};

struct Store {
  std::mutex mutex;
  Block blocks[kPlaces];
};

/** Never destroyed: threads of the pool may outlive static objects. */
Store& store() {
  static Store* const only = new Store;
  return *only;
}

Block take_block(size_t floats) {
  {
    Store& kept = store();
    std::lock_guard<std::mutex> lock(kept.mutex);
    Block* best = nullptr;
    for (Block& block : kept.blocks) {
      if (block.capacity >= floats && (!best || block.capacity < best->capacity)) best = &block;
    }
    if (best && best->capacity <= 4 * floats + 4096) {
      const Block found = *best;
      *best = Block{};
      return found;
    }
  }
  const size_t bytes = (floats * sizeof(float) + kLine - 1) / kLine * kLine;
  float* const data = static_cast<float*>(std::aligned_alloc(kLine, bytes));
  if (!data) throw std::bad_alloc();
  return {data, floats};
}

void give_block(Block block) {
  Block dropped = block;
  if (block.capacity <= kLargestKept) {
    Store& kept = store();
    std::lock_guard<std::mutex> lock(kept.mutex);
    Block* smallest = &kept.blocks[0];
    for (Block& place : kept.blocks) {
      if (place.capacity < smallest->capacity) smallest = &place;
    }
    if (smallest->capacity < block.capacity) {
      dropped = *smallest;
      *smallest = block;
    }
  }
  std::free(dropped.data);
}

}  // namespace

Workspace::Workspace(size_t floats) {
  const Block block = take_block(rounded(floats) + 16);
  block_ = block.data;
  capacity_ = block.capacity;
}

Workspace::~Workspace() { give_block({block_, capacity_}); }

float* Workspace::take(size_t floats) {
  float* const start = block_ + used_;
  used_ += rounded(floats);
  return start;
}

}  // namespace signal_lab
