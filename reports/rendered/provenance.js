globalThis.provenance = {
 "commit": {
  "dirty": true,
  "id": "5d621efbd642ee37acdbf212d36565fe27091754",
  "time": 1795891226
 },
 "lock_sha256": "d4e6332f980908adf0a9c163f83f02cb2196f9c416342418d6aa3a3690297576",
 "notebooks": {
  "analog_sgd": {
   "cost": {
    "cpu_seconds": 51.653,
    "peak_mb": 311.8,
    "seconds": 105.751
   },
   "key": "81b72efe899950b9e0f26d67b0abc843d0f62b22c8c0fa0ba822ec218946d627",
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
    "cpu_seconds": 38.658,
    "peak_mb": 391.1,
    "seconds": 79.376
   },
   "key": "f9fec1f9c5a12fdcff79cc38f5168a226906575cfc603e4af264f378ae2108ba",
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
    "cpu_seconds": 35.975,
    "peak_mb": 338.3,
    "seconds": 74.367
   },
   "key": "37f9e667c16a57b98aa5852ae23137b16a68821a7494e62ad52081505a9c2823",
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
    "cpu_seconds": 29.182,
    "peak_mb": 196.5,
    "seconds": 59.429
   },
   "key": "d1891f3c39e3447959210d0da7020343560e45b469303a62f595f0030d435d68",
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
    "cpu_seconds": 129.326,
    "peak_mb": 199.4,
    "seconds": 197.423
   },
   "key": "5ccafe0aca17c4732490f10d3cdce101c4d19484e19eb354100dfbe705baff1b",
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
    "cpu_seconds": 16.005,
    "peak_mb": 190.7,
    "seconds": 24.18
   },
   "key": "592fcc4d50971b1d367aee04ce690891122956fe339a6feede1652158ab556de",
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
    "cpu_seconds": 59.548,
    "peak_mb": 523.5,
    "seconds": 87.625
   },
   "key": "cc4cdd4a00ed3e4cf096cb7d9d3c4674f1b371702833d8b68a5ec5acf0b21c43",
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
    "cpu_seconds": 22.5,
    "peak_mb": 202.0,
    "seconds": 48.147
   },
   "key": "03ca4f79df60a9f61c4f2104871d0d9bc5f578cf45aee8cc8807bbd29d06dff8",
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
    "cpu_seconds": 16.314,
    "peak_mb": 222.8,
    "seconds": 25.049
   },
   "key": "a53f8490ed5368b075195752c8b0881bc31eb5991f6c40c192e919c86bc7da57",
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
    "cpu_seconds": 6.265,
    "peak_mb": 167.8,
    "seconds": 10.938
   },
   "key": "5e31bb0f83c4a85927d9c6c5cc44322ecce46fbbd34a265eefe1acae15ccccaa",
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
    "cpu_seconds": 92.763,
    "peak_mb": 776.3,
    "seconds": 94.08
   },
   "key": "8c22f674266fd2399ebd670fec94d51618874c02613ec573d3c4ace911c63220",
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
    "cpu_seconds": 43.805,
    "peak_mb": 253.3,
    "seconds": 73.602
   },
   "key": "75f1690edef7b8e8c52ebc6fbaf311bef42d010d75155099107b5019d65457e1",
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
    "cpu_seconds": 73.849,
    "peak_mb": 463.6,
    "seconds": 122.8
   },
   "key": "682c69c5ed171787d281fda1147cab71df78deb4234a93d47ff4ab8b77353894",
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
    "cpu_seconds": 63.115,
    "peak_mb": 482.3,
    "seconds": 107.401
   },
   "key": "b78777bc4e959d2db583c2e7e249da2e271669dfd43918723ad0711e53084686",
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
    "cpu_seconds": 11.484,
    "peak_mb": 194.4,
    "seconds": 17.564
   },
   "key": "5a4e0a8813deebd9d901ed6c1a2e285dc5af1302131c908ae94f8fc9c5d8adf8",
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
    "cpu_seconds": 25.383,
    "peak_mb": 359.4,
    "seconds": 30.677
   },
   "key": "e7e189ddf1bd0243e6cfb92a4b90cebef6cb745ef903bb429f3613d2cca79701",
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
    "cpu_seconds": 34.875,
    "peak_mb": 305.8,
    "seconds": 56.283
   },
   "key": "35521d9da6eb91f1154c0838518862e3e465b9212c372aa3f916d0002d892216",
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
    "cpu_seconds": 25.922,
    "peak_mb": 166.1,
    "seconds": 42.522
   },
   "key": "fa292c9131be6d7c325c0cee827600eaf1466eee929a72f3a1d96c61d380ca06",
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
    "cpu_seconds": 38.939,
    "peak_mb": 247.0,
    "seconds": 49.522
   },
   "key": "4a23cd07c8dd92f4d4c1efeba9dfee67a8e80c52f638dcc9859e0d31ef20ea8a",
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
