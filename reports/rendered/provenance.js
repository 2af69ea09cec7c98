globalThis.provenance = {
 "commit": {
  "dirty": true,
  "id": "05ea62cfc61efe2986969d6ee90f566dec2e59aa",
  "time": 1795895357
 },
 "lock_sha256": "d4e6332f980908adf0a9c163f83f02cb2196f9c416342418d6aa3a3690297576",
 "notebooks": {
  "analog_sgd": {
   "cost": {
    "cpu_seconds": 8.162,
    "peak_mb": 189.6,
    "seconds": 8.686
   },
   "key": "c2e4971de7aaacec9721138e6d0b79b0871892879c8a3d3d39f9d499a9c1248f",
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
    "cpu_seconds": 15.736,
    "peak_mb": 388.3,
    "seconds": 16.431
   },
   "key": "20a768a37ba67159f0723f9ec618ab9b5ee7bed931301d35a5cef64c1b76dcdb",
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
    "cpu_seconds": 8.83,
    "peak_mb": 216.9,
    "seconds": 9.368
   },
   "key": "5dc67a609e89d51698e20e84fe64095ff91d77957f8d17de47f5e69e8e88ea14",
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
    "cpu_seconds": 14.988,
    "peak_mb": 197.1,
    "seconds": 15.671
   },
   "key": "b1230b1e44052f690e9625013c971c41606b29ba12790c113801f5e5ba9a52f4",
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
    "cpu_seconds": 33.979,
    "peak_mb": 199.3,
    "seconds": 34.804
   },
   "key": "731ec98335caf42b66038a058bfa71d2de53a26ac93b5d0432808db75a2d89df",
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
    "cpu_seconds": 15.514,
    "peak_mb": 190.4,
    "seconds": 16.084
   },
   "key": "d6e288f4e5c02a42510822a196dfaf97644637b1c850763bed2c16834507aefa",
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
    "cpu_seconds": 62.943,
    "peak_mb": 536.5,
    "seconds": 69.953
   },
   "key": "76fded84635539162e93d135702356a4883b2450cc4c7da687f62d18291553d5",
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
    "cpu_seconds": 15.626,
    "peak_mb": 201.7,
    "seconds": 16.29
   },
   "key": "20d69638dfe831b47fdd66bc1f36a586505943f47f8179db9746dd51284dd64f",
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
    "cpu_seconds": 8.241,
    "peak_mb": 222.8,
    "seconds": 8.714
   },
   "key": "3a0bbae046d71cda2c8ed5778ac8a8ef6991bc034b2c5c9543ce2165e3b5f5ca",
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
    "cpu_seconds": 5.384,
    "peak_mb": 167.9,
    "seconds": 5.869
   },
   "key": "6709a577b0118ec0a28bc21e990764c026ad6574f0b5b9be1e07025a0d752891",
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
    "cpu_seconds": 45.785,
    "peak_mb": 713.7,
    "seconds": 46.912
   },
   "key": "56cdf6b3b69eadeb1833c7515cff950a791d709fd7264d58ca39c0ad6825340c",
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
    "cpu_seconds": 39.978,
    "peak_mb": 263.5,
    "seconds": 45.78
   },
   "key": "b0d88238c71352ad230bd065ddd36016d366857367b16a81964b273feb2cd3f6",
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
    "cpu_seconds": 8.011,
    "peak_mb": 399.5,
    "seconds": 8.462
   },
   "key": "c86055d5140b3bfac998afbb7ca50e253df44980a59d16d8f47e53943a36077d",
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
    "cpu_seconds": 45.353,
    "peak_mb": 482.3,
    "seconds": 46.37
   },
   "key": "9c11cc579dfd412ae53b1c6f08dd94de4ede1df24ad2c3a8431acbb7e4b65f6d",
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
    "cpu_seconds": 10.251,
    "peak_mb": 194.1,
    "seconds": 10.889
   },
   "key": "af6674fc741abd4a2e458cd6d44c1d2737567d2e915f1549346765088bc0a2a1",
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
    "cpu_seconds": 26.367,
    "peak_mb": 359.7,
    "seconds": 27.163
   },
   "key": "8ae7f1a695b6170146bdc9f60c6998f2dd5c80a54c1ffe64e1b053ad8fb01402",
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
    "cpu_seconds": 9.055,
    "peak_mb": 188.2,
    "seconds": 9.554
   },
   "key": "8685ce8fc443dac21eadf9b0da0e18e622b41917dcef3a2a9ad0357f0386135a",
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
    "cpu_seconds": 23.563,
    "peak_mb": 166.1,
    "seconds": 24.135
   },
   "key": "74810e92d018811d8be25a25448cc949aec36ddfd92801dd747a74f4b60bc32d",
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
    "cpu_seconds": 32.422,
    "peak_mb": 249.2,
    "seconds": 32.991
   },
   "key": "5d9af56ad0c12a24b072ca7fc018be6b3a8e287b55a184d06ed91b06b1b47a6f",
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
