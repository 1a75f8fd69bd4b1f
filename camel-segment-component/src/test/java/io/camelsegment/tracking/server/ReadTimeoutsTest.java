package io.camelsegment.tracking.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One timer for all requests, which ends with the last of them. */
class ReadTimeoutsTest {

    private final Queue<Handler<Long>> timers = new ArrayDeque<>();
    private final List<String> timedOut = new ArrayList<>();
    private final ReadTimeouts timeouts = new ReadTimeouts((Vertx) Proxy.newProxyInstance(
            Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("setTimer");
                assertThat(arguments[0]).isEqualTo(1_000L);
                @SuppressWarnings("unchecked")
                Handler<Long> timer = (Handler<Long>) arguments[1];
                timers.add(timer);
                return 0L;
            }));

    private ReadTimeouts.Timeout begin(String name) {
        return timeouts.begin(() -> timedOut.add(name));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            assertThat(timers).as("one timer").hasSize(1);
            timers.remove().handle(0L);
        }
    }

    @Test
    void aRequestHasAtLeastThirtySecondsAndAtMostOneMore() {
        begin("first");
        pass(1);
        begin("second");

        pass(29);
        assertThat(timedOut).isEmpty();
        pass(1);
        assertThat(timedOut).containsExactly("first");
        pass(1);
        assertThat(timedOut).containsExactly("first", "second");
    }

    @Test
    void oneThatEndsDoesNotTimeOutWhereverItStands() {
        List<ReadTimeouts.Timeout> begun = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            begun.add(begin("request " + i));
        }
        for (int ended : new int[] {2, 0, 4, 2}) {
            begun.get(ended).end();
        }

        pass(31);

        assertThat(timedOut).containsExactly("request 1", "request 3");
    }

    @Test
    void theTimerEndsWithTheLastRequestAndBeginsWithTheNext() {
        begin("timed out");
        ReadTimeouts.Timeout arrived = begin("arrived");
        pass(31);
        arrived.end();
        assertThat(timers).isEmpty();

        begin("next").end();
        pass(1);
        assertThat(timers).isEmpty();

        begin("later");
        pass(31);
        assertThat(timedOut).containsExactly("timed out", "arrived", "later");
    }

    @Test
    void thoseThatWaitWhenTheApiStopsEndAtOnce() {
        begin("one");
        begin("two").end();

        timeouts.close();

        assertThat(timedOut).containsExactly("one");
        pass(1);
        assertThat(timers).isEmpty();
    }

    @Test
    void manyThreadsBeginAndEndRequestsAtOnce() throws Exception {
        int threads = 8;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                done.add(executor.submit(() -> {
                    Queue<ReadTimeouts.Timeout> begun = new ArrayDeque<>();
                    for (int i = 0; i < 20_000; i++) {
                        begun.add(timeouts.begin(() -> timedOut.add("lost")));
                        if (begun.size() > 7) {
                            begun.remove().end();
                        }
                    }
                    begun.forEach(ReadTimeouts.Timeout::end);
                }));
            }
            for (Future<?> one : done) {
                one.get(20, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(timeouts.isAwaited()).isFalse();
        pass(1);
        assertThat(timers).isEmpty();
        assertThat(timedOut).isEmpty();
    }
}
