globalThis.provenance = {
 "commit": {
  "dirty": true,
  "id": "fe59b871fe5a42e6ce05115593312b1ba28617e9",
  "time": 1795920385
 },
 "lock_sha256": "d4e6332f980908adf0a9c163f83f02cb2196f9c416342418d6aa3a3690297576",
 "notebooks": {
  "analog_sgd": {
   "cost": {
    "cpu_seconds": 52.361,
    "peak_mb": 286.3,
    "seconds": 60.056
   },
   "key": "025977d815e8f82578897036ce0e9b1c97127898adc364cefc76f7708e68b8f9",
   "parameters": {
    "dimension": 20,
    "noise": 0.3,
    "runs": 64,
    "seed": 1,
    "sharp_steps": 60000,
    "steps": 30000,
    "tau": 1.0
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "asynchronous_digits": {
   "cost": {
    "cpu_seconds": 37.408,
    "peak_mb": 399.8,
    "seconds": 44.949
   },
   "key": "73d828f69d9cbeeda52b7ab5ee27acf4a4bf98eb1bd2e8b61d99d81e377a6fe3",
   "parameters": {
    "batch": 32,
    "evaluations": 16,
    "images": 2000,
    "longest": 768,
    "mnist_dir": "",
    "runs": 8,
    "saturation_bound": 0.15,
    "seed": 1,
    "tau": 1.0
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "asynchronous_limits": {
   "cost": {
    "cpu_seconds": 33.593,
    "peak_mb": 319.5,
    "seconds": 40.115
   },
   "key": "6049ec0f373dc6d61b92d8f0488c8966ed13d06029cd62fe11ff1fa848dbeecc",
   "parameters": {
    "ensemble": 131072,
    "runs": 64,
    "seed": 1,
    "steps": 4000
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "asynchronous_pipeline": {
   "cost": {
    "cpu_seconds": 27.093,
    "peak_mb": 196.5,
    "seconds": 32.436
   },
   "key": "3f8fb0942dd1d7c64e7c0e06b30af9e8136673e80664f04e3f19a376cd64d4c9",
   "parameters": {
    "noise": 0.2,
    "runs": 64,
    "seed": 1,
    "steps": 2000,
    "tau": 1.0
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "best_bounds": {
   "cost": {
    "cpu_seconds": 38.039,
    "peak_mb": 196.4,
    "seconds": 79.097
   },
   "key": "6cb68fb10803c7203e8037413f2703da3c344ffc2a97b393f8933639db7ed604",
   "parameters": {
    "largest_delay": 32,
    "rest_steps": 120000,
    "runs": 256,
    "seed": 1,
    "steps": 100000
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "cost": {
   "cost": {
    "cpu_seconds": 16.428,
    "peak_mb": 159.9,
    "seconds": 34.646
   },
   "key": "f1f644940e28d71d061ee4fc2376e8653e3cf8c9e3f81c42a7d34463d8f7ffbe",
   "parameters": {
    "backward_energy": 1.0,
    "backward_time": 40.0,
    "copy_time": 10000.0,
    "forward_energy": 1.0,
    "forward_time": 40.0,
    "layers": 1,
    "runs": 32,
    "seed": 1,
    "stages": 4,
    "static_power": 0.005,
    "steps": 1500,
    "update_energy": 1.0,
    "update_time": 165.9
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "deep_networks": {
   "cost": {
    "cpu_seconds": 14.588,
    "peak_mb": 295.4,
    "seconds": 31.338
   },
   "key": "7e3cc67f707758ff6574e90f96ef4fd3c4bf88a53bb71a1833b6e7c681165a63",
   "parameters": {
    "asynchronous": "2-4",
    "batch": 20,
    "bound_step": 0.005,
    "epochs": 2,
    "goal": 0.86,
    "growth": 1.0,
    "mnist_dir": "",
    "records": 12,
    "resume": "no",
    "runs": 16,
    "seed": 1,
    "step_size": 0.04,
    "synchronous": "4-16",
    "target": 0.81,
    "tau": 0.8,
    "widths": "784-40-32-24-10"
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "device_curves": {
   "cost": {
    "cpu_seconds": 18.336,
    "peak_mb": 201.6,
    "seconds": 22.207
   },
   "key": "eb814d02f7a8fcbfb386bf244dd395d9d085ae3f33d87a89314653b498601918",
   "parameters": {
    "seed": 1
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "device_response": {
   "cost": {
    "cpu_seconds": 14.861,
    "peak_mb": 197.3,
    "seconds": 18.421
   },
   "key": "f122ffb54ca7141b1589afb571399a3c8ea2960bc2135179bbcaf88824d830c0",
   "parameters": {
    "noise": 0.4,
    "runs": 256,
    "seed": 1,
    "steps": 1600
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "full_mnist": {
   "cost": {
    "cpu_seconds": 6.354,
    "peak_mb": 168.1,
    "seconds": 7.352
   },
   "key": "caf14cb7e2d83617d4acbc8ccede64c56493e92f39f9beda35e4fc5032603239",
   "parameters": {
    "level": 0.01,
    "target": 0.97
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "how_we_decide": {
   "cost": {
    "cpu_seconds": 47.963,
    "peak_mb": 714.0,
    "seconds": 102.318
   },
   "key": "542882f082e5e6fb27f3876d574b13bab57b4589cbca27e8e521f50c264ca33d",
   "parameters": {
    "seed": 1,
    "size": "ci",
    "trials": 4000
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "micro_batching": {
   "cost": {
    "cpu_seconds": 10.948,
    "peak_mb": 246.5,
    "seconds": 23.381
   },
   "key": "99e0baaadac2e9e9aa1f37dbbba32ae085035c9119bcf0b30cda0ebcc0324184",
   "parameters": {
    "mnist_dir": "",
    "runs": 12,
    "seed": 1,
    "step_size": 0.2,
    "tau": 1.0,
    "updates": 2000
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "real_data": {
   "cost": {
    "cpu_seconds": 7.728,
    "peak_mb": 364.0,
    "seconds": 16.589
   },
   "key": "9f6a3ef42b0c7a1f28f59df43e7bbfadb8278350f598ed32e55b564a7a2ee21f",
   "parameters": {
    "batch": 32,
    "evaluations": 24,
    "longest": 4096,
    "mnist_dir": "",
    "runs": 16,
    "saturation_bound": 0.3,
    "seed": 1,
    "step_factor": 1.0,
    "tau": 1.0
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "reproduction": {
   "cost": {
    "cpu_seconds": 5.901,
    "peak_mb": 299.7,
    "seconds": 12.941
   },
   "key": "ac39031062b441ce8f720cc0be6824a2759a6d37e9c5c7cb89e3a29225d12c8b",
   "parameters": {
    "cnn_epochs": 0,
    "epochs": 1,
    "mnist_dir": "",
    "resume": "no",
    "runs": 5,
    "seed": 1,
    "step_factor": 10.0,
    "steps": 3000
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "schedules": {
   "cost": {
    "cpu_seconds": 10.411,
    "peak_mb": 157.7,
    "seconds": 13.154
   },
   "key": "2e06586432639cbc2821ce152b969fbd1cde501c75a782205393d9d7ef3ca935",
   "parameters": {
    "batches": 2,
    "microbatches": 4,
    "stages": 4
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "staleness": {
   "cost": {
    "cpu_seconds": 14.071,
    "peak_mb": 216.1,
    "seconds": 29.808
   },
   "key": "100274a8bc74581d6e38c32a837e7b55fc669046b1bd42cfb08edbf8a3233ed8",
   "parameters": {
    "hidden": 16,
    "mnist_dir": "",
    "runs": 12,
    "seed": 1,
    "tau": 0.8,
    "updates": 640
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "synchronous_pipeline": {
   "cost": {
    "cpu_seconds": 30.177,
    "peak_mb": 281.0,
    "seconds": 36.053
   },
   "key": "4383ec4193728111c809d29cea7862241795f29bd190d520fb5287689790b516",
   "parameters": {
    "noise": 0.4,
    "runs": 64,
    "seed": 1,
    "steps": 2000,
    "tau": 1.0
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "theorems": {
   "cost": {
    "cpu_seconds": 23.553,
    "peak_mb": 166.5,
    "seconds": 28.746
   },
   "key": "e62d9fdf299a02be99ced64347f2708bfb96048d7fc02b8f54c77264b81f5be4",
   "parameters": {
    "worlds": 8
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  },
  "trial": {
   "cost": {
    "cpu_seconds": 35.747,
    "peak_mb": 249.3,
    "seconds": 42.42
   },
   "key": "c8f3c050caeb073f1383e548dad51a557e17b633c33bb61b49b4106a0f1994ac",
   "parameters": {
    "only": ""
   },
   "versions": {
    "ipykernel": "7.4.0",
    "math-core": "0.9.0",
    "matplotlib": "3.11.2",
    "nbconvert": "7.17.2",
    "numpy": "2.4.6",
    "papermill": "2.7.0",
    "python": "3.11.7",
    "scipy": "1.17.1",
    "sympy": "1.14.0"
   }
  }
 },
 "platform": {
  "cpus": 2,
  "machine": "x86_64",
  "signature": "14df83ad14c926e3ff2449a13577f3f0fdf40297bb63390a2c3b6fa1dc0be03f",
  "system": "Linux"
 },
 "versions": {
  "ipykernel": "7.4.0",
  "math-core": "0.9.0",
  "matplotlib": "3.11.2",
  "nbconvert": "7.17.2",
  "numpy": "2.4.6",
  "papermill": "2.7.0",
  "python": "3.11.7",
  "scipy": "1.17.1",
  "sympy": "1.14.0"
 }
};
