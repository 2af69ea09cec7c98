globalThis.provenance = {
 "commit": {
  "dirty": false,
  "id": "3cbb4fcdcfff7e6601392409541b353aafdb5058",
  "time": 1795888885
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
    "cpu_seconds": 150.977,
    "peak_mb": 197.6,
    "seconds": 305.091
   },
   "key": "8512c4644155be29eb8b2f2feb946e1e20d7e3bd98e9ad868a997e6460651db1",
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
    "cpu_seconds": 19.256,
    "peak_mb": 190.7,
    "seconds": 40.426
   },
   "key": "03c0d1bb511d1666cd5f504891a17475be3a0f13668bc85d5ba518e938266667",
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
    "cpu_seconds": 75.572,
    "peak_mb": 523.2,
    "seconds": 169.659
   },
   "key": "19fb4e63a0ca22fc1cda8b17fa796b5850b64931b8c78bafd3a3df3b693a30a5",
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
    "cpu_seconds": 6.396,
    "peak_mb": 167.5,
    "seconds": 9.983
   },
   "key": "53e643491f19bc3c84fcb76a5b75401edd63770c21df8affd606fc45849adc42",
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
  "micro_batching": {
   "cost": {
    "cpu_seconds": 41.607,
    "peak_mb": 253.7,
    "seconds": 62.721
   },
   "key": "81c23947d05742db1c40b3f39dbd1ea1f406b1aff5b5fec57029040a26489d06",
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
    "cpu_seconds": 74.805,
    "peak_mb": 462.9,
    "seconds": 112.242
   },
   "key": "df05b9df2e7874726dd39e5000b7915814b243ebca19a64f732565563fc39983",
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
    "cpu_seconds": 56.999,
    "peak_mb": 482.4,
    "seconds": 85.7
   },
   "key": "cc49d603302eccc524d4f2e0d50162823e2d907e5b4b73452de0f677d2af9435",
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
    "cpu_seconds": 33.213,
    "peak_mb": 359.9,
    "seconds": 49.594
   },
   "key": "7e30cf56fee7d24f5dbf0cf99dea8ee15eb47dc1c3488710ee5ed74f0c2b6fc3",
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
