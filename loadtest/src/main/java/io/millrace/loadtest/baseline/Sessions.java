package io.millrace.loadtest.baseline;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** Opens the model on one thread without spinning: on shared cores more threads cost and do not help. */
final class Sessions {

    private Sessions() {}

    static OrtSession open(Arguments arguments) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        return OrtEnvironment.getEnvironment().createSession(arguments.get("model"), options);
    }
}
