package io.camelsegment.app.settings;

import java.util.List;

/**
 * One row of the table of settings.
 *
 * @param pattern  the parts of its name below {@code segment}; {@value #ANY} stands for a name that users give
 * @param type     what its value may be
 * @param standard the words for what holds without it; null of an option
 * @param meaning  what it does; null of an option
 * @param required whether its reader tells that it is missing
 * @param secret   whether its value must not be shown
 * @param option   the option of the endpoint or component that it becomes; null when a reader knows what to do with it
 * @param reloads  whether it changes without a restart
 */
record Setting(
        List<String> pattern,
        SettingType type,
        String standard,
        String meaning,
        boolean required,
        boolean secret,
        String option,
        boolean reloads) {

    static final String ANY = "*";

    static Setting of(String pattern, SettingType type, String standard, String meaning) {
        return new Setting(List.of(pattern.split("\\.")), type, standard, meaning, false, false, null, false);
    }

    /**
     * Returns a setting that is an option of the component {@code segment}, or of the endpoints of sources or
     * destinations. What it means and what holds without it is told there.
     */
    static Setting option(String pattern, SettingType type, String option) {
        return new Setting(List.of(pattern.split("\\.")), type, null, null, false, false, option, false);
    }

    Setting asRequired() {
        return new Setting(pattern, type, standard, meaning, true, secret, option, reloads);
    }

    Setting asSecret() {
        return new Setting(pattern, type, standard, meaning, required, true, option, reloads);
    }

    Setting asReloading() {
        return new Setting(pattern, type, standard, meaning, required, secret, option, true);
    }

    /** Returns whether the parts of a name, perhaps only the first of them, fit the pattern. */
    boolean startsWith(List<String> path) {
        if (path.size() > pattern.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!pattern.get(i).equals(ANY) && !pattern.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    boolean fits(List<String> path) {
        return path.size() == pattern.size() && startsWith(path);
    }

    /** Returns the last part of the pattern that users do not choose. */
    String word() {
        String last = pattern.get(pattern.size() - 1);
        return last.equals(ANY) ? pattern.get(pattern.size() - 2) : last;
    }
}
