package io.camelsegment.sink;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lets Camel find options by their names in every locale. */
public final class OptionNames {

    private OptionNames() {}

    /**
     * Writes an I in the names of options as i where the locale would not, as in Turkish: Camel's generated configurers
     * compare names in the lower case of the locale, and do not find {@code secretId} there.
     *
     * @param parameters of an endpoint; changed
     */
    @SuppressWarnings("StringCaseLocaleUsage") // what the configurers do
    public static void readable(Map<String, Object> parameters) {
        if ("I".toLowerCase().equals("i")) {
            return;
        }
        for (String name : List.copyOf(parameters.keySet())) {
            if (name.indexOf('I') >= 0) {
                parameters.put(name.toLowerCase(Locale.ROOT), parameters.remove(name));
            }
        }
    }
}
