package io.camelsegment.testing;

import io.camelsegment.delivery.Ordering;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The requests that a stream carried out, in the order in which it did, and what they say about the order. Records are
 * named {@code key-number}, numbered from 0 in the order in which the sender was given those of a key. Thread-safe.
 */
public final class OrderLog {

    private final List<Request> requests = new ArrayList<>();

    /** Begins a request; what {@link #record} and {@link #answerIsLost} tell is about it. */
    public synchronized void request() {
        requests.add(new Request());
    }

    /** Notes the next record of the request. */
    public synchronized void record(String name, boolean stored) {
        last().records.put(name, stored);
        last().size++;
    }

    /** Notes that the sender does not learn what became of the request. */
    public synchronized void answerIsLost() {
        last().answerIsLost = true;
    }

    private Request last() {
        return requests.get(requests.size() - 1);
    }

    /** Returns the names of what was stored, in that order, each as often as it was. */
    public synchronized List<String> stored() {
        List<String> stored = new ArrayList<>();
        requests.forEach(request -> stored.addAll(request.stored()));
        return stored;
    }

    /**
     * Returns a sentence for each breach of what the ordering promises, and for each record stored twice without need.
     */
    public synchronized List<String> breaches(Ordering ordering) {
        List<String> breaches = new ArrayList<>();
        Set<String> all = new HashSet<>(stored());
        Map<String, Request> firstStored = new HashMap<>();
        Map<String, Request> lastStored = new HashMap<>();
        Map<String, Integer> latest = new HashMap<>();
        for (Request request : requests) {
            Set<String> keys = new HashSet<>();
            for (String name : request.records.keySet()) {
                if (!keys.add(key(name)) && ordering == Ordering.STRICT) {
                    breaches.add("a request has several records of the key of " + name);
                }
            }
            if (request.size != request.records.size()) {
                breaches.add("a request has a record twice");
            }
            for (String name : request.stored()) {
                Request before = lastStored.put(name, request);
                if (before != null && !before.answerIsLost) {
                    breaches.add(name + " was stored again, although the sender knew that it was");
                }
                if (ordering == Ordering.STRICT && number(name) < latest.getOrDefault(key(name), 0)) {
                    breaches.add(name + " was stored after a later record");
                }
                latest.put(key(name), number(name));
                if (firstStored.putIfAbsent(name, request) == null && ordering == Ordering.KEY) {
                    for (int earlier = 0; earlier < number(name); earlier++) {
                        String other = key(name) + "-" + earlier;
                        boolean overtaken = all.contains(other) && !firstStored.containsKey(other);
                        if (overtaken && !Boolean.FALSE.equals(request.records.get(other))) {
                            breaches.add(name + " overtook " + other + ", which the request had not failed");
                        }
                    }
                }
            }
        }
        return breaches;
    }

    private static String key(String name) {
        return name.substring(0, name.indexOf('-'));
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    private static final class Request {

        /** Name to whether it was stored. */
        private final Map<String, Boolean> records = new LinkedHashMap<>();

        private int size;
        private boolean answerIsLost;

        List<String> stored() {
            return records.entrySet().stream()
                    .filter(Map.Entry::getValue)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
