package io.camelsegment.tracking.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.delivery.Verdict;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retry-After is honoured by real requests under a clock that the test moves. */
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private record Alarm(Runnable task, Duration delay) {}

    private final AtomicLong clock = new AtomicLong();
    private final List<Alarm> alarms = new ArrayList<>();
    private ScriptedApi api;

    @AfterEach
    void close() {
        if (api != null) {
            api.close();
        }
    }

    @Test
    void holdsTheNextRequestUntilThePauseIsOver() throws Exception {
        TrackingApiTransport transport = transport(ScriptedApi.retryAfter(429, "7"));
        assertThat(verdict(transport.send(records()))).isEqualTo(Verdict.THROTTLED);

        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        CompletableFuture<List<RecordResult>> second = transport.send(records());

        assertThat(api.received()).hasSize(1);
        assertThat(alarms).singleElement().extracting(Alarm::delay).isEqualTo(Duration.ofSeconds(5));
        alarms.get(0).task().run();
        assertThat(verdict(second)).isEqualTo(Verdict.DELIVERED);
        assertThat(api.received()).hasSize(2);
    }

    @Test
    void doesNotSendAtAllWhenThePauseIsLongerThanARequestMayTake() throws Exception {
        TrackingApiTransport transport = transport(ScriptedApi.retryAfter(503, "100000"));
        assertThat(verdict(transport.send(records()))).isEqualTo(Verdict.THROTTLED);

        CompletableFuture<List<RecordResult>> second = transport.send(records());
        alarms.get(0).task().run();

        assertThat(alarms.get(0).delay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(verdict(second)).isEqualTo(Verdict.THROTTLED);
        clock.addAndGet(RetryAfter.LONGEST.toNanos());
        assertThat(verdict(transport.send(records()))).isEqualTo(Verdict.DELIVERED);
        assertThat(api.received()).hasSize(2);
    }

    @Test
    void doesNotSendWhatWasGivenUpWhileItWasHeld() throws Exception {
        TrackingApiTransport transport = transport(ScriptedApi.retryAfter(429, "7"));
        assertThat(verdict(transport.send(records()))).isEqualTo(Verdict.THROTTLED);

        transport.send(records()).cancel(true);
        alarms.get(0).task().run();
        clock.addAndGet(Duration.ofSeconds(7).toNanos());

        assertThat(verdict(transport.send(records()))).isEqualTo(Verdict.DELIVERED);
        assertThat(api.received()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                             | PT0S",
                "7                             | PT7S",
                "301                           | PT5M",
                "9223372036854775807           | PT5M",
                "Sat, 21 Nov 2026 10:01:30 GMT | PT1M30S",
                "Sat, 21 Nov 2026 09:00:00 GMT | PT0S",
                "Sat, 21 Nov 2099 09:00:00 GMT | PT5M",
                "99999999999999999999          | ",
                "-1                            | ",
                "soon                          | ",
                "''                            | "
            })
    void readsSecondsAndDates(String value, Duration pause) {
        assertThat(RetryAfter.parse(value, NOW)).isEqualTo(pause);
    }

    private TrackingApiTransport transport(ScriptedApi.Answer first) {
        api = new ScriptedApi(first);
        SenderRuntime runtime = new SenderRuntime(
                Runnable::run,
                Runnable::run,
                (task, nanos) -> {
                    alarms.add(new Alarm(task, Duration.ofNanos(nanos)));
                    return new CompletableFuture<>();
                },
                clock::get,
                () -> 0,
                new MemoryBudget(1));
        return new TrackingApiTransport(
                URI.create(api.url() + "/batch"), "KEY", false, Duration.ofSeconds(20), runtime);
    }

    private static List<PendingRecord> records() {
        byte[] event = "{}".getBytes(StandardCharsets.UTF_8);
        return List.of(new PendingRecord(event, null, event.length, false, records -> {
            throw new AssertionError("only the sender calls back");
        }));
    }

    private static Verdict verdict(CompletableFuture<List<RecordResult>> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS).get(0).verdict();
    }
}
