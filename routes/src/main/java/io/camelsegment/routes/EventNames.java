package io.camelsegment.routes;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Names of events, in which {@code *} stands for any characters, and types, compared as the left sides of a
 * {@link MappingTable}. A type's name, such as {@code page}, fits all events of that type and a track event of that
 * name; unlike in a table, the names of pages and screens count, too.
 */
final class EventNames implements Predicate<SegmentEvent> {

    private final List<RowName> names;

    EventNames(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("expected at least one name or type of events, but was none");
        }
        this.names = Arrays.stream(names).map(EventNames::compile).toList();
    }

    private static RowName compile(String name) {
        if (RowName.isBlank(name)) {
            throw new IllegalArgumentException("expected the name or the type of events, but it is blank");
        }
        return RowName.of(name);
    }

    @Override
    public boolean test(SegmentEvent event) {
        String type = event.type().specName();
        String plain = event.event() == null ? null : Names.plain(event.event());
        for (RowName name : names) {
            if (name.isTrack() && event.type() != EventType.TRACK) {
                continue;
            }
            if ((!name.isTrack() && name.fits(type)) || (plain != null && name.fits(plain))) {
                return true;
            }
        }
        return false;
    }
}
