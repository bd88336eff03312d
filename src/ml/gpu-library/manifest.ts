/**
 * What TensorFlow's CUDA build consists of, for Linux on x64: wheels of the Python package index, held by size and
 * SHA-256, and the libraries that are taken out of each.
 *
 * The versions are those that TensorFlow 2.21 was built with. TensorFlow registers a card only if it can open all of
 * cudart, cuBLAS, cuBLASLt, cuFFT, cuSOLVER, cuSPARSE and cuDNN; nvJitLink and NVRTC are what those need in turn. NCCL
 * (several cards), CUPTI (profiling) and the compiler are left out: nothing here asks for them.
 */
export interface LibraryFile {
  /** In the wheel. */
  readonly path: string
  /** Unpacked. */
  readonly bytes: number
}

export interface Wheel {
  /** Its name in the index. */
  readonly package: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly libraries: readonly LibraryFile[]
}

export interface LibraryManifest {
  readonly version: string
  readonly wheels: readonly Wheel[]
}

export const cudaManifest: LibraryManifest = {
  version: 'TensorFlow 2.21.0 with CUDA 12.5 and cuDNN 9.3',
  wheels: [
    {
      package: 'tensorflow',
      file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      bytes: 572440367,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      libraries: [
        { path: 'tensorflow/libtensorflow_framework.so.2', bytes: 162648808 },
        { path: 'tensorflow/libtensorflow_cc.so.2', bytes: 1096372272 }
      ]
    },
    {
      package: 'nvidia-cuda-runtime-cu12',
      file: 'nvidia_cuda_runtime_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
      bytes: 895707,
      sha256: '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115',
      libraries: [{ path: 'nvidia/cuda_runtime/lib/libcudart.so.12', bytes: 712032 }]
    },
    {
      package: 'nvidia-cublas-cu12',
      file: 'nvidia_cublas_cu12-12.5.3.2-py3-none-manylinux2014_x86_64.whl',
      bytes: 363313169,
      sha256: 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b',
      libraries: [
        { path: 'nvidia/cublas/lib/libcublas.so.12', bytes: 104128480 },
        { path: 'nvidia/cublas/lib/libcublasLt.so.12', bytes: 446820528 }
      ]
    },
    {
      package: 'nvidia-cudnn-cu12',
      file: 'nvidia_cudnn_cu12-9.3.0.75-py3-none-manylinux2014_x86_64.whl',
      bytes: 577163502,
      sha256: '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d',
      libraries: [
        { path: 'nvidia/cudnn/lib/libcudnn.so.9', bytes: 108760 },
        { path: 'nvidia/cudnn/lib/libcudnn_adv.so.9', bytes: 245380928 },
        { path: 'nvidia/cudnn/lib/libcudnn_cnn.so.9', bytes: 6301232 },
        { path: 'nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9', bytes: 452999128 },
        { path: 'nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9', bytes: 12594608 },
        { path: 'nvidia/cudnn/lib/libcudnn_graph.so.9', bytes: 4362800 },
        { path: 'nvidia/cudnn/lib/libcudnn_heuristic.so.9', bytes: 54529720 },
        { path: 'nvidia/cudnn/lib/libcudnn_ops.so.9', bytes: 109061784 }
      ]
    },
    {
      package: 'nvidia-cufft-cu12',
      file: 'nvidia_cufft_cu12-11.2.3.61-py3-none-manylinux2014_x86_64.whl',
      bytes: 192524114,
      sha256: '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8',
      libraries: [{ path: 'nvidia/cufft/lib/libcufft.so.11', bytes: 276827776 }]
    },
    {
      package: 'nvidia-cusolver-cu12',
      file: 'nvidia_cusolver_cu12-11.6.3.83-py3-none-manylinux2014_x86_64.whl',
      bytes: 130341232,
      sha256: '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b',
      libraries: [{ path: 'nvidia/cusolver/lib/libcusolver.so.11', bytes: 127953480 }]
    },
    {
      package: 'nvidia-cusparse-cu12',
      file: 'nvidia_cusparse_cu12-12.5.1.3-py3-none-manylinux2014_x86_64.whl',
      bytes: 217558979,
      sha256: '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752',
      libraries: [{ path: 'nvidia/cusparse/lib/libcusparse.so.12', bytes: 295715544 }]
    },
    {
      package: 'nvidia-nvjitlink-cu12',
      file: 'nvidia_nvjitlink_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
      bytes: 21298879,
      sha256: 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212',
      libraries: [{ path: 'nvidia/nvjitlink/lib/libnvJitLink.so.12', bytes: 54560656 }]
    },
    {
      package: 'nvidia-cuda-nvrtc-cu12',
      file: 'nvidia_cuda_nvrtc_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
      bytes: 24873108,
      sha256: '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd',
      libraries: [
        { path: 'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.5', bytes: 5322632 },
        { path: 'nvidia/cuda_nvrtc/lib/libnvrtc.so.12', bytes: 62921032 }
      ]
    }
  ]
}
