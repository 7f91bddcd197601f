"""Why a model answers a sample as it does: saliency, Grad-CAM and occlusion, on any graph."""
