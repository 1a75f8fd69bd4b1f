package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams behind one client that may have two calls under way. */
class CallLimitTest extends EngineTest {

    private final CallLimit two = new CallLimit(2);
    private final List<BatchSender> streams = new ArrayList<>();

    @Test
    void fillsTheBatchesOfStreamsThatWaitForTheirTurn() {
        send(0, "a");
        send(1, "b");
        send(2, "c");
        send(3, "d");
        passMillis(100);
        assertThat(transport.sent()).containsExactly("a", "b");

        send(2, "e");
        send(3, "f");
        answer(0);
        assertThat(transport.sent()).as("first come, first served").containsExactly("a", "b", "c e");
        send(3, "g");
        answer(1);

        assertThat(transport.sent()).containsExactly("a", "b", "c e", "d f g");
    }

    @Test
    void givesWayToOthersAfterEachCall() {
        send(0, "a", "b", "c", "d", "e", "f", "g", "h", "i");
        send(1, "z");
        passMillis(100);
        assertThat(transport.sent()).containsExactly("a b c", "d e f");

        answer(0);
        answer(1);

        assertThat(transport.sent()).containsExactly("a b c", "d e f", "z", "g h i");
    }

    @Test
    void countsCallsThatFailedOrTookTooLong() {
        send(0, "a");
        send(1, "b");
        send(2, "c");
        send(3, "d");
        passMillis(100);
        transport.request(0).answer().completeExceptionally(new IllegalStateException("no connection"));
        time.run();
        assertThat(transport.sent()).containsExactly("a", "b", "c");

        passMillis(10_000);

        assertThat(transport.sent()).containsExactly("a", "b", "c", "d", "a");
    }

    @Test
    void passesATurnOnThatIsOfNoUseAnyMore() {
        send(0, "a");
        send(1, "b");
        send(2, "c");
        send(3, "d");
        passMillis(100);
        streams.get(2).close(Duration.ZERO);
        time.run();

        answer(0);

        assertThat(transport.sent()).containsExactly("a", "b", "d");
    }

    private BatchSender stream(int number) {
        while (streams.size() <= number) {
            streams.add(new BatchSender(
                    "stream-" + streams.size(), LIMITS, SETTINGS, RetryPolicy.DEFAULT, transport, time.runtime(), two));
        }
        return streams.get(number);
    }

    private void send(int stream, String... names) {
        for (String name : names) {
            stream(stream).send(Recorded.record(name).pending());
        }
        passMillis(1); // so that no two streams are due at the same time
    }

    private void answer(int request) {
        transport.request(request).answerAll(ScriptedTransport.DELIVERED);
        time.run();
    }
}
