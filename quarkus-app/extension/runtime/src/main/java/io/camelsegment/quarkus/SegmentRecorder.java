package io.camelsegment.quarkus;

import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.annotations.Recorder;
import org.apache.camel.main.MainListener;

/** What the build records for the start of the app. */
@Recorder
public class SegmentRecorder {

    /** Returns what warns of classes that a native binary does not have. */
    public RuntimeValue<MainListener> reachListener() {
        return new RuntimeValue<>(new ReachListener());
    }
}
