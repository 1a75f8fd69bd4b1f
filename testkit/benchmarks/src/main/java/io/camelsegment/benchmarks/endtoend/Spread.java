package io.camelsegment.benchmarks.endtoend;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Median, least and largest of some figures. */
record Spread(double median, double least, double most) {

    static Spread of(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    static Spread of(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return of(samples.stream().map(figure::applyAsDouble).toList());
    }

    /** Returns the spread as text; {@code format} is that of one figure. */
    String text(String format) {
        return String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, least, most);
    }
}
