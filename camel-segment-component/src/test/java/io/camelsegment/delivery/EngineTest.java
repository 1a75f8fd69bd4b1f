package io.camelsegment.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A sender over a scripted transport and manual time: 3 records or 100 bytes a batch, 100 ms linger, 2 in flight. */
abstract class EngineTest {

    static final ServiceLimits LIMITS = new ServiceLimits("Kinesis", 500, 1000, 60);
    static final BatchingSettings SETTINGS = new BatchingSettings(
            3, 100, Duration.ofMillis(100), true, 2, Duration.ofSeconds(10), Duration.ofSeconds(30), Ordering.NONE);

    final ManualRuntime time = new ManualRuntime();
    final ScriptedTransport transport = new ScriptedTransport();

    BatchSender sender = sender(SETTINGS);

    BatchSender sender(BatchingSettings settings) {
        return sender(settings, time);
    }

    BatchSender sender(BatchingSettings settings, ManualRuntime runtime) {
        return new BatchSender("events", LIMITS, settings, RetryPolicy.DEFAULT, transport, runtime.runtime());
    }

    /** Gives records with these names to the sender, and runs what that causes. */
    List<Recorded> send(String... names) {
        List<Recorded> records = new ArrayList<>();
        for (String name : names) {
            records.add(send(Recorded.record(name)));
        }
        time.run();
        return records;
    }

    Recorded send(Recorded record) {
        sender.send(record.pending());
        return record;
    }

    void passMillis(long millis) {
        time.advance(Duration.ofMillis(millis));
    }
}
