/**
 * The pool: workers sleep between calls, wake for one, and take task numbers from a shared counter.
 *
 * A worker spins for some microseconds before it sleeps, because the phases of one call follow each other closely; it
 * never spins longer, because the live filter runs on the same cores. A second caller does its tasks alone.
 */
#include "threads.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace signal_lab {
namespace {

constexpr auto kSpin = std::chrono::microseconds(30);

int default_thread_count() {
  for (const char* name : {"SIGNAL_LAB_THREADS", "TF_NUM_INTRAOP_THREADS"}) {
    const char* text = std::getenv(name);
    const int wanted = text ? std::atoi(text) : 0;
    if (wanted > 0) return wanted < 64 ? wanted : 64;
  }
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return cores > 0 ? cores : 1;
}

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/** Spin until `done()` or until it is better to sleep. */
template <typename Condition>
bool spin(const Condition& done) {
  const auto end = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < 32; ++i) {
      if (done()) return true;
      pause();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

class Pool {
 public:
  void run(int count, void (*task)(void*, int), void* context, int threads) {
    std::unique_lock<std::mutex> only_caller(caller_, std::try_to_lock);
    if (!only_caller.owns_lock() || threads <= 1 || count <= 1) {
      for (int i = 0; i < count; ++i) task(context, i);
      return;
    }
    grow((threads < count ? threads : count) - 1);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = task;
      context_ = context;
      count_ = count;
      places_ = (threads < count ? threads : count) - 1;
      next_.store(0, std::memory_order_relaxed);
      generation_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    take_tasks(task, context, count);
    const auto nobody_works = [this] { return active_.load(std::memory_order_acquire) == 0; };
    spin(nobody_works);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, nobody_works);
    task_ = nullptr;  // A worker that wakes only now finds nothing to join.
  }

 private:
  void grow(int workers) {
    for (; workers_ < workers; ++workers_) std::thread([this] { work(); }).detach();
  }

  void work() {
    uint64_t seen = 0;
    for (;;) {
      const auto called = [&] { return generation_.load(std::memory_order_acquire) != seen; };
      spin(called);
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, called);
      seen = generation_.load(std::memory_order_relaxed);
      if (!task_ || places_ == 0) continue;
      --places_;
      active_.fetch_add(1, std::memory_order_relaxed);
      const auto task = task_;
      const auto context = context_;
      const int count = count_;
      lock.unlock();
      take_tasks(task, context, count);
      lock.lock();
      if (active_.fetch_sub(1, std::memory_order_acq_rel) == 1) done_.notify_one();
    }
  }

  void take_tasks(void (*task)(void*, int), void* context, int count) {
    for (int i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count;) task(context, i);
  }

  std::mutex caller_;
  std::mutex mutex_;  // guards what follows, up to the atomics
  std::condition_variable wake_;
  std::condition_variable done_;
  void (*task_)(void*, int) = nullptr;
  void* context_ = nullptr;
  int count_ = 0;
  int places_ = 0;
  int workers_ = 0;
  std::atomic<int> next_{0};
  std::atomic<int> active_{0};
  std::atomic<uint64_t> generation_{0};
};

std::atomic<int>& threads() {
  static std::atomic<int> count{default_thread_count()};
  return count;
}

/** Never destroyed: its workers may still wait when the process ends. */
Pool& pool() {
  static Pool* const only = new Pool;
  return *only;
}

}  // namespace

int thread_count() { return threads().load(); }

void set_thread_count(int count) { threads().store(count < 1 ? 1 : count); }

void parallel_run(int count, void (*run)(void* context, int task), void* context) {
  pool().run(count, run, context, thread_count());
}

}  // namespace signal_lab
