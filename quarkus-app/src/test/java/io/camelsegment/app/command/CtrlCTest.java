package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a command does when somebody presses Ctrl-C. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CtrlCTest {

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void waitsForTheCommandWhichTellsOnceHowFarItCame() throws Exception {
        try (CtrlC ctrlC = new CtrlC(FOR_EVER)) {
            ctrlC.setSummary(() -> told.add("7 accepted"));
            Thread command = new Thread(() -> {
                try (ctrlC) {
                    assertThat(ctrlC.await(FOR_EVER.toMillis())).isTrue();
                    ctrlC.tell();
                }
            });
            command.start();

            ctrlC.press();

            assertThat(told).containsExactly("7 accepted");
            command.join();
        }
    }

    @Test
    void doesNotWaitForSomebodyToType() throws Exception {
        CountDownLatch typing = new CountDownLatch(1);
        Thread command;
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream typed = new PipedInputStream(keyboard);
                CtrlC ctrlC = new CtrlC(FOR_EVER)) {
            ctrlC.setSummary(() -> told.add("0 accepted"));
            command = new Thread(() -> readOne(ctrlC, typed, typing));
            command.start();
            typing.await();

            ctrlC.press();

            assertThat(told).containsExactly("0 accepted");
        }
        command.join();
    }

    private static void readOne(CtrlC ctrlC, InputStream typed, CountDownLatch typing) {
        try {
            int unused = ctrlC.read(() -> {
                typing.countDown();
                return typed.read();
            });
        } catch (IOException closed) {
            // the end of the test
        }
    }

    @Test
    void givesUpABatchThatIsNotAcceptedAndCountsIt() throws Exception {
        HttpServer busy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        busy.createContext("/", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        busy.start();
        URI api = URI.create("http://127.0.0.1:" + busy.getAddress().getPort() + "/v1");
        try (CtrlC ctrlC = new CtrlC(Duration.ZERO);
                EventSender sender = new EventSender(api, "KEY", null, FOR_EVER, ctrlC, (place, code, text) -> {})) {
            sender.add("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"E\"}".getBytes(StandardCharsets.UTF_8), "a:1");
            sender.add("{}".getBytes(StandardCharsets.UTF_8), "a:2");
            assertThat(sender.interruption()).isEmpty();
            ctrlC.press();

            assertThatThrownBy(sender::send).isInstanceOf(CtrlC.PressedException.class);

            assertThat(sender.refused()).isEqualTo(1);
            assertThat(sender.interruption()).isEqualTo(", ended by Ctrl-C with 1 unanswered");
        } finally {
            busy.stop(0);
        }
    }
}
