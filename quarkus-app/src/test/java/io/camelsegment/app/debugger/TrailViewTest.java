package io.camelsegment.app.debugger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver.Reception;
import io.camelsegment.observation.EventObserver.StreamPlace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrailViewTest {

    private static final Reception REQUEST = new Reception("web", "batch", null, null, null, "203.0.113.7");
    private static final StreamPlace EVENTS = new StreamPlace("kinesis", "eu-west-1", "events");

    private static SegmentEvent event(EventType type, String name) {
        byte[] json = ("{\"name\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(type, name, "u", null, null, "m", Instant.EPOCH, Instant.EPOCH, json);
    }

    private static Trail trail(SegmentEvent event) {
        return new Trail(1, Instant.EPOCH, REQUEST, "web", event, "m", event.json());
    }

    private static TrailView view(List<String> mask, Destination... destinations) {
        Source source = new Source("web", "KEY", Map.of(), new Transform(List.of("drop: properties.password")));
        return new TrailView(
                new Mask(mask),
                () -> new Settings(List.of(source), List.of(destinations), Settings.Credentials.DEFAULT, Map.of()));
    }

    private static Destination.Kinesis events(String name, String region) {
        return new Destination.Kinesis(
                name, Set.of("web"), new AwsAccess(region, null, null, null), Duty.REQUIRED, "events", false);
    }

    @Test
    void aMaskAlsoHidesWhatThePageShowsBesideTheEvent() {
        ObjectNode shown =
                view(List.of("ip", "name", "userId")).detail(trail(event(EventType.PAGE, "Jane's page")), List.of());

        assertThat(shown.toString()).doesNotContain("Jane", "203.0.113.7", "\"user\":\"u\"");
    }

    @Test
    void aStreamOfTheSameNameInAnotherRegionIsAnother() {
        Trail trail = trail(event(EventType.TRACK, "E"));
        trail.fate(EVENTS);
        TrailView view = view(List.of(), events("here", "eu-west-1"), events("there", "us-east-1"));

        ObjectNode shown = view.detail(trail, view.destinations());

        assertThat(shown.at("/fates/0/destinations").toString()).isEqualTo("[\"here\"]");
    }

    @Test
    void theRulesDecideAboutTheEventAsTheStreamHasIt() {
        SegmentEvent changed = event(EventType.TRACK, "Renamed");
        Trail trail = trail(event(EventType.TRACK, "E"));
        trail.fate(EVENTS).sent = changed;
        TrailView view = view(List.of(), events("here", "eu-west-1"), events("there", "us-east-1"));

        Map<Destination, SegmentEvent> decided = TrailView.decided(trail, view.destinations());
        ObjectNode node = view.detail(trail, view.destinations());
        view.explain(node, "web", decided);

        assertThat(decided.values()).containsExactly(changed, trail.event);
        assertThat(node.get("steps").toString()).isEqualTo("[\"drop\"]");
        assertThat(node.get("explain").findValuesAsText("destination")).containsExactly("here", "there");
    }
}
