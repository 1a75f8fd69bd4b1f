package io.camelsegment.app.setup;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The places that did not answer during one examination, so that none is waited for twice. Thread-safe. */
final class SilentPlaces {

    private final Set<String> places = ConcurrentHashMap.newKeySet();

    void add(String place) {
        places.add(place);
    }

    boolean contains(String place) {
        return places.contains(place);
    }
}
