globalThis.provenance = {
 "commit": {
  "dirty": false,
  "id": "fbb4832b9898c91e75243846c31f532ad8dd5d44",
  "time": 1795902996
 },
 "lock_sha256": "d4e6332f980908adf0a9c163f83f02cb2196f9c416342418d6aa3a3690297576",
 "notebooks": {
  "analog_sgd": {
   "cost": {
    "cpu_seconds": 57.857,
    "peak_mb": 306.8,
    "seconds": 117.439
   },
   "key": "39f04d6d0bbb4881497ab548842f7202f3c5c2a06bc50b2f16e566cc8d6314b0",
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
    "cpu_seconds": 44.991,
    "peak_mb": 400.6,
    "seconds": 95.302
   },
   "key": "591a0b872bd1aea08c0f6b8a728a06c477486327dce10b9488d6633bcd249c43",
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
    "cpu_seconds": 40.624,
    "peak_mb": 338.1,
    "seconds": 82.464
   },
   "key": "30a63513bb03e4ebd0abbbe934c5984e809fcbd767f1e27c27241f1d95e57222",
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
    "cpu_seconds": 32.823,
    "peak_mb": 197.3,
    "seconds": 67.085
   },
   "key": "a6234fcb048e4ba67f91a4b26705be03336d7ad0897439ca578763be7d7f7cc9",
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
    "cpu_seconds": 139.954,
    "peak_mb": 199.9,
    "seconds": 266.646
   },
   "key": "65e7b4f73350cc754d52fdf6045919ba04c1e3596ca3bd9c5e750c1151711b74",
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
    "cpu_seconds": 18.912,
    "peak_mb": 190.8,
    "seconds": 38.035
   },
   "key": "7e9c1e25a0189373b6ef23fc715af051015e251c46b8f3e6f44ee2daf59125d0",
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
    "cpu_seconds": 71.289,
    "peak_mb": 492.8,
    "seconds": 143.639
   },
   "key": "906c049abbafb424eb630e23a026bb5d9cd366faae92f5f567d12e6e48f600f5",
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
    "cpu_seconds": 20.088,
    "peak_mb": 201.7,
    "seconds": 39.061
   },
   "key": "f119ec181234fd2151edbe71792d5d16bb78a2fe96eb63c01b7a67581763abef",
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
    "cpu_seconds": 16.391,
    "peak_mb": 223.1,
    "seconds": 24.425
   },
   "key": "23fa1ab7b101e30be27e9cd73daa28023880cf58446fab53d0312d137b6b36bf",
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
    "cpu_seconds": 5.924,
    "peak_mb": 168.2,
    "seconds": 9.562
   },
   "key": "9d5776ebb04a5997ee0edc78d0808c377ea8e914d9b19d6979ebc61f6d804995",
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
    "cpu_seconds": 105.595,
    "peak_mb": 836.4,
    "seconds": 167.846
   },
   "key": "c38d6c6e5b4a7a78e5eb198ead49f8887014c0ebf6eb5bf3a2e671b897b08740",
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
    "cpu_seconds": 44.062,
    "peak_mb": 263.4,
    "seconds": 66.066
   },
   "key": "ebd9f37a95d83c271452b91abca21d49947596dbbd35229c4b367e7b96d97c84",
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
    "cpu_seconds": 77.876,
    "peak_mb": 463.5,
    "seconds": 126.929
   },
   "key": "1a063d8642b2e139e87682a6bb0c8f76c381ca5dd8edd773ca9f02267552afcf",
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
    "cpu_seconds": 59.362,
    "peak_mb": 482.6,
    "seconds": 111.16
   },
   "key": "5a7b5304cd2ea7be45802a0f713040558c7588fb9543a001aef3ef874a81e286",
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
    "cpu_seconds": 12.937,
    "peak_mb": 194.3,
    "seconds": 26.712
   },
   "key": "37fa07a66e244d1397a957c28e1e83954044bf950326c3bf1537892d62b11a8c",
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
    "cpu_seconds": 31.266,
    "peak_mb": 360.5,
    "seconds": 63.898
   },
   "key": "6e43eaad3317871919a327de2f7ff47359972bc10714df8fb527171f736a054b",
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
    "cpu_seconds": 37.172,
    "peak_mb": 301.7,
    "seconds": 66.878
   },
   "key": "a9079bbf8691004f0c735655619733eb3a83a0789a040423fecd240280e5c739",
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
    "cpu_seconds": 24.077,
    "peak_mb": 166.5,
    "seconds": 49.564
   },
   "key": "859d73734d0e73edecfd2e9e7c1c905567eff09f27d29094d716119d9daf2941",
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
    "cpu_seconds": 37.285,
    "peak_mb": 249.0,
    "seconds": 54.929
   },
   "key": "79a67f696b764746743903fbe031fc6bcbe1ce0f68d732cb47537a066fe9c290",
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
