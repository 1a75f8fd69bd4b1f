package io.camelsegment.app.debugger;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver.Reception;
import io.camelsegment.observation.EventObserver.Refusal;
import io.camelsegment.observation.EventObserver.StreamPlace;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventFeedTest {

    private static final Reception REQUEST = new Reception("web", "batch", null, null, null, "127.0.0.1");
    private static final Refusal REFUSAL = new Refusal(400, "project_not_found", "no source has this write key");
    private static final StreamPlace EVENTS = new StreamPlace("kinesis", "us-west-2", "events");

    private final EventFeed feed = new EventFeed(Clock.systemUTC());

    private static SegmentEvent event(String id, int bytes) {
        Instant now = Instant.EPOCH;
        return new SegmentEvent(EventType.TRACK, "E", "u", null, null, id, now, now, new byte[bytes]);
    }

    private void receive(String id, int bytes) {
        feed.received(REQUEST, event(id, bytes), new byte[bytes]);
    }

    private List<String> ids() {
        return feed.read(trail -> trail.messageId);
    }

    private Trail.State state(String id) {
        return feed.read(trail -> trail.messageId.equals(id) ? trail.state() : null).stream()
                .filter(state -> state != null)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keepsNoEventWhileNobodyLooks() {
        receive("a", 10);
        feed.sending(EVENTS, event("a", 10));
        feed.delivered(EVENTS, event("a", 10), "shard", "1");

        assertThat(ids()).isEmpty();
        assertThat(feed.takeChanged(trail -> trail)).isEmpty();
    }

    @Test
    void keepsTheLastFaultsThoughNobodyLooks() {
        for (int i = 0; i < 3 * EventFeed.MOST_FAULTS; i++) {
            feed.refused(REQUEST, REFUSAL);
        }
        feed.failed(EVENTS, "web", event("failed", 10), "AccessDeniedException", "no", 1);

        assertThat(ids()).hasSize(EventFeed.MOST_FAULTS).endsWith("failed");
        assertThat(feed.takeChanged(trail -> trail)).isEmpty();
    }

    @Test
    void faultsAreBoundedByBytes() {
        for (int i = 0; i < 20; i++) {
            feed.rejected(REQUEST, new Refusal(0, "no_event_name", "none"), "m" + i, new byte[200 << 10]);
        }

        assertThat(ids()).hasSize(5).endsWith("m19");
    }

    @Test
    void eventsAreBoundedByNumber() {
        feed.watched(true);
        for (int i = 0; i < 2 * EventFeed.MOST_EVENTS; i++) {
            receive("m" + i, 10);
        }

        assertThat(ids()).hasSize(EventFeed.MOST_EVENTS).endsWith("m" + (2 * EventFeed.MOST_EVENTS - 1));
        assertThat(feed.takeChanged(trail -> trail)).hasSize(EventFeed.MOST_EVENTS);
    }

    @Test
    void eventsAreBoundedByBytesWithTheirChangedCopies() {
        feed.watched(true);
        for (int i = 0; i < 100; i++) {
            receive("m" + i, 100 << 10);
            feed.sending(EVENTS, event("m" + i, 100 << 10));
        }

        long each = 3L * (100 << 10);
        assertThat((long) ids().size() * each).isBetween(EventFeed.MOST_BYTES / 2, EventFeed.MOST_BYTES);
        assertThat(ids()).endsWith("m99");
    }

    @Test
    void anEventIsFollowed() {
        feed.watched(true);
        receive("a", 10);
        assertThat(state("a")).isEqualTo(Trail.State.RECEIVED);

        feed.sending(EVENTS, event("a", 10));
        assertThat(state("a")).isEqualTo(Trail.State.WAITING);
        feed.retried(EVENTS, event("a", 10), "InternalFailure", null, 1);
        assertThat(state("a")).isEqualTo(Trail.State.RETRYING);
        feed.delivered(EVENTS, event("a", 10), "shard", "1");
        assertThat(state("a")).isEqualTo(Trail.State.DELIVERED);

        List<Fate> fates = feed.read(trail -> trail.fate(EVENTS));
        assertThat(fates).hasSize(1).first().satisfies(fate -> {
            assertThat(fate.attempts).isEqualTo(2);
            assertThat(fate.partition).isEqualTo("shard");
        });
    }

    @Test
    void aRepeatedEventHasATrailOfItsOwn() {
        feed.watched(true);
        receive("a", 10);
        feed.failed(EVENTS, "web", event("a", 10), "InternalFailure", "no", 2);
        receive("a", 10);
        feed.delivered(EVENTS, event("a", 10), "shard", "1");

        List<Trail.State> states = feed.read(Trail::state);
        assertThat(states).containsExactly(Trail.State.FAILED, Trail.State.DELIVERED);
    }

    @Test
    void aDuplicateThatComesMeanwhileLeavesTheTrailToTheFirst() {
        SegmentEvent first = event("a", 10);
        SegmentEvent second = event("a", 10);
        SegmentEvent changed = event("a", 12);
        feed.watched(true);
        feed.received(REQUEST, first, new byte[10]);
        feed.sending(EVENTS, changed);
        feed.received(REQUEST, second, new byte[10]);

        feed.delivered(EVENTS, changed, "shard", "1");
        feed.duplicate("web", second);

        assertThat(feed.<Trail.State>read(Trail::state)).containsExactly(Trail.State.DELIVERED, Trail.State.DUPLICATE);
    }

    @Test
    void whatARouteRefusesIsNotAnotherEventOfItsId() {
        SegmentEvent refused = event("a", 10);
        feed.watched(true);
        receive("a", 10);
        feed.received(REQUEST, refused, new byte[10]);

        feed.rejected(REQUEST, new Refusal(0, "transform_failed", "it threw"), "a", refused.json());
        feed.rejected(REQUEST, new Refusal(0, "no_event_name", "none"), "a", new byte[10]);

        assertThat(feed.<Trail.State>read(Trail::state))
                .containsExactly(Trail.State.RECEIVED, Trail.State.REJECTED, Trail.State.REJECTED);
    }

    @Test
    void whatAStepLeavesOutIsNotUnderWayAnyMore() {
        feed.watched(true);
        receive("a", 10);

        feed.leftOut("block", event("a", 10));

        assertThat(state("a")).isEqualTo(Trail.State.LEFT_OUT);
    }

    @Test
    void longHeadersCount() {
        Reception wordy = new Reception("web", "batch", "u".repeat(50 << 10), null, null, null);
        for (int i = 0; i < 50; i++) {
            feed.refused(wordy, REFUSAL);
        }

        assertThat(ids()).hasSizeLessThan(12);
    }

    @Test
    void tellsHowMuchItKeeps() {
        assertThat(feed.size()).isZero();
        assertThat(feed.bytes()).isZero();
        feed.watched(true);
        receive("good", 1000);
        receive("bad", 1000);
        feed.failed(EVENTS, "web", event("bad", 1000), "AccessDeniedException", "no", 1);
        assertThat(feed.size()).isEqualTo(2);
        long watched = feed.bytes();

        feed.watched(false);

        assertThat(feed.size()).isOne();
        assertThat(feed.bytes()).isBetween(3000L, watched / 2);
    }

    @Test
    void whatWasChangedIsTakenOnce() {
        feed.watched(true);
        receive("a", 10);
        receive("b", 10);
        assertThat(feed.takeChanged(trail -> trail.messageId)).containsExactly("a", "b");

        feed.duplicate("web", event("a", 10));

        assertThat(feed.takeChanged(trail -> trail.messageId)).containsExactly("a");
        assertThat(feed.takeChanged(trail -> trail.messageId)).isEmpty();
    }

    @Test
    void faultsStayWhenNobodyLooksAnyMore() {
        feed.watched(true);
        receive("good", 10);
        receive("bad", 10);
        feed.failed(EVENTS, "web", event("bad", 10), "AccessDeniedException", "no", 1);

        feed.watched(false);

        assertThat(ids()).containsExactly("bad");
    }
}
