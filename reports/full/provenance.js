globalThis.provenance = {
 "commit": {
  "dirty": false,
  "id": "79796628d52d7f9f133fd27a2448a550b350a00f",
  "time": 1795898061
 },
 "lock_sha256": "d4e6332f980908adf0a9c163f83f02cb2196f9c416342418d6aa3a3690297576",
 "notebooks": {
  "cost": {
   "cost": {
    "cpu_seconds": 82.257,
    "peak_mb": 306.4,
    "seconds": 172.913
   },
   "key": "1f2894d2cea3667fdd680e9561765ed8b95bbec55ed1c15a8c38f0d04de06d9e",
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
    "steps": 20000,
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
    "cpu_seconds": 66.2,
    "peak_mb": 1096.9,
    "seconds": 137.392
   },
   "key": "7641dbf3096d4a0ace388bd0dc81ab950d150313e11d8d4c00f5f162f221bd03",
   "parameters": {
    "asynchronous": "2-4",
    "batch": 32,
    "bound_step": 0.002,
    "epochs": 3,
    "goal": 0.975,
    "growth": 0.5,
    "mnist_dir": "",
    "records": 16,
    "resume": "yes",
    "runs": 20,
    "seed": 1,
    "step_size": 0.2,
    "synchronous": "4-16",
    "target": 0.97,
    "tau": 0.8,
    "widths": "784-256-128-64-10"
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
    "cpu_seconds": 59.032,
    "peak_mb": 1871.4,
    "seconds": 122.658
   },
   "key": "f8286b9922805a0a3ff30161f8e4933a3840bea091e5dfcd8d8d911e5568052b",
   "parameters": {
    "mnist_dir": "",
    "runs": 32,
    "seed": 1,
    "step_size": 0.2,
    "tau": 1.0,
    "updates": 8000
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
    "cpu_seconds": 24.352,
    "peak_mb": 621.7,
    "seconds": 50.191
   },
   "key": "0636afad50a15a5024634ab68b981a89e0dc1432f7c1d49e42d38168664cc8e6",
   "parameters": {
    "hidden": 16,
    "mnist_dir": "",
    "runs": 32,
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
