/** A small pool of threads that runs the numbered tasks of one call; knows nothing of what they compute. */
#pragma once

namespace signal_lab {

/** Threads that a call may use, the calling one included. */
int thread_count();
/** At least 1. Takes effect with the next call. */
void set_thread_count(int count);

/** Call run(context, 0 ... count - 1), each once, in any order and on any thread; returns when all are done. */
void parallel_run(int count, void (*run)(void* context, int task), void* context);

/** parallel_run for a lambda. */
template <typename Task>
inline void parallel(int count, const Task& task) {
  parallel_run(count, [](void* context, int index) { (*static_cast<const Task*>(context))(index); }, const_cast<Task*>(&task));
}

}  // namespace signal_lab
