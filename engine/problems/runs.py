"""Words for runs that can't begin, or end otherwise than they should."""

from engine.problems.words import Words

WORDS = {
    "backend_missing": Words(
        "{title} is not installed on this server, or can't be loaded.",
        "Choose another backend under “Training”, or install it: {install}.",
    ),
    "no_race": Words(
        "{title} can't take part in a race.",
        "It draws the order of the rows with its own, old version of NumPy.",
    ),
    "no_pause": Words(
        "A run on {title} can't be paused.",
        "Keras 2.3.1 keeps no checkpoint from which it could go on. Stop it instead: the model is "
        "saved, and another run can start from its weights.",
    ),
    "device_missing": Words(
        "The device “{device}” is not available to {backend}.",
        "It can use: {known:list}. Choose one of them under “Training”.",
    ),
    "device_lost": Words(
        "The GPU failed or is no longer there.",
        "Compare with what nvidia-smi says on the server. Checkpoints are kept: start the run "
        "again, or choose another device under “Training”.",
    ),
    "one_device_only": Words(
        "{backend} trains on one device at a time here.",
        "TensorFlow and JAX train on several at once.",
    ),
    "batch_unshared": Words(
        "{devices} devices can't share a batch of {size} rows equally.",
        "Choose a batch size that is a multiple of {devices}.",
    ),
    "normalized_apart": Words(
        "“{name}” is normalized by each device with its own part of the batch, so that the model "
        "does not learn exactly what it would learn on one device.",
        "JAX normalizes with the whole batch.",
        "note",
    ),
    "object_refused": Words(
        "The {kind} {name} can't be created with these parameters.",
        "Open it under “Training” and check its parameters.",
    ),
    "training_failed": Words(
        "Training failed because the model, the data and the loss do not fit together.",
        "Compare the shapes of the inputs and outputs with the data's columns, and the loss with "
        "the target.",
    ),
    "diverged": Words(
        "Training diverged in epoch {epoch}: {metric} is no longer a finite number.",
        "First try a smaller learning rate, a tenth of the current one. Then check the scale of "
        "the data, and whether the loss fits the last activation.",
    ),
    "no_results": Words(
        "This run has no results to look at.",
        "Train again: the results are written at the end of a run.",
    ),
    "checkpoint_unreadable": Words(
        "The checkpoint from which this run was to start can't be read.",
        "Start a new run.",
    ),
    "checkpoint_differs": Words(
        "The checkpoint from which this run was to start is that of another model.",
        "Start a new run, or one from the weights of the other.",
    ),
    "no_common_weights": Words(
        "No layer of this model has weights in common with run {run}.",
        "Weights are taken for layers that are the same on the canvas and in shape. Start a run "
        "with first weights.",
    ),
    "over_memory": Words(
        "The run needed more memory than it may use ({limit:bytes}).",
        "Try a smaller batch size first, then fewer units or filters, or smaller inputs.",
    ),
    "over_gpu_memory": Words(
        "The run needed more memory than the GPU has for it ({limit:bytes}).",
        "Batches of {size} rows may fit. Otherwise try fewer units or filters, smaller inputs, or "
        "mixed precision.",
    ),
    "over_gpu_memory.weights": Words(
        "The run needed more memory than the GPU has for it.",
        "The batch has only one row for each device already. Try fewer units or filters, smaller "
        "inputs, or mixed precision.",
    ),
    "over_gpu_memory.unknown": Words(
        "The run needed more memory than the GPU has for it.",
        "Batches of {size} rows may fit. Otherwise try fewer units or filters, smaller inputs, or "
        "mixed precision.",
    ),
    "killed": Words(
        "The run's process ended with exit code {exit} and did not say why.",
        "Start the run again. If it happens again, the detail may say more.",
    ),
    "killed.signal": Words(
        "The run's process was ended by the signal {signal}.",
        "Start the run again. If it happens again, the detail may say more.",
    ),
    "unanswered_stop": Words(
        "The run did not respond and was ended, so there is no evaluation and no model.",
        "This happens while a backend compiles. Wait for the first epoch before stopping.",
        "warning",
    ),
    "timed_out": Words(
        "The run took longer than the {seconds:g} seconds that a run may take here.",
        "Train fewer epochs, or raise LAYERLOOM_RUN_SECONDS on the server.",
    ),
    "server_closed": Words(
        "The server was shut down while the run was in progress.",
        "Start the run again.",
    ),
    "disk_full": Words(
        "The server's disk is full, so the run's results could not be saved.",
        "Free some space, for instance by deleting old runs, and train again.",
    ),
    "cannot_write": Words(
        "The run's results could not be saved in its folder.",
        "The administrator of the server must make the folder writable.",
    ),
    "result_not_sent": Words(
        "The worker could not deliver “{name}”.",
        "Train again. The setting LAYERLOOM_WORKER_URL of the server is the address to which "
        "workers send results, or LAYERLOOM_STORE the store that they use instead.",
    ),
    "ray_missing": Words(
        "This server trains on a cluster with Ray, which is not installed.",
        "Install it where the server runs: .venv/bin/pip install '.[ray]'. Or leave the setting "
        "LAYERLOOM_EXECUTOR out, to train on the server's own machine.",
    ),
    "cluster_unreachable": Words(
        "The cluster at {address} can't be reached.",
        "Start Ray there, and compare the settings LAYERLOOM_RAY_ADDRESS and LAYERLOOM_RAY_TOKEN "
        "with how it was started.",
    ),
    "store_unreachable": Words(
        "The store through which the machines of the cluster exchange files can't be used.",
        "The detail says why. The setting LAYERLOOM_STORE of the server is its address; each "
        "machine needs access to it.",
    ),
    "actor_lost": Words(
        "The run's process on the cluster was lost, perhaps together with its machine.",
        "Start the run again. If it happens again, the detail may say more.",
    ),
    "keeper_lost": Words(
        "The process that kept this run was lost, and the run's own process with it.",
        "Start the run again, or continue it from its last checkpoint.",
    ),
    "cannot_start": Words(
        "The server could not start a process for this run.",
        "Try again in a moment. If it happens again, the detail may say more.",
    ),
}
