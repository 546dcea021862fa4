#include "line_editor.h"

#include "history.h"
#include "signals.h"
#include "text_width.h"
#include "wait.h"

#include <fcntl.h>
#include <histedit.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cwchar>

namespace shell {

namespace {

constexpr int historySize = 1000;

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(firstCharacter(text).bytes);
    return count;
}

std::size_t terminalWidth() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

/// In columns, as a folder is listed, below the line that is edited.
void list(std::vector<std::string> candidates) {
    for (std::string& candidate : candidates) candidate = inOneLine(candidate);
    std::size_t widest = 0;
    for (const std::string& candidate : candidates) widest = std::max(widest, widthOf(candidate));
    const std::size_t columns = std::max<std::size_t>(1, terminalWidth() / (widest + 2));
    const std::size_t rows = (candidates.size() + columns - 1) / columns;
    std::string out = "\n";
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = row; i < candidates.size(); i += rows)
            out +=
                i + rows < candidates.size() ? padRight(candidates[i], widest + 2) : candidates[i];
        out += '\n';
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

struct LineEditor::Parts {
    Complete complete;
    EditLine* editor = nullptr;
    History* history = nullptr;
    std::string prompt;
    std::string path;
    bool wasInterrupted = false;

    static Parts& of(EditLine* editor) {
        void* data = nullptr;
        el_get(editor, EL_CLIENTDATA, &data);
        return *static_cast<Parts*>(data);
    }
    static char* promptOf(EditLine* editor) { return of(editor).prompt.data(); }
    static int readCharacter(EditLine* editor, wchar_t* out);
    static unsigned char onTab(EditLine* editor, int);
};

/// Waits for a key or a signal.
int LineEditor::Parts::readCharacter(EditLine* editor, wchar_t* out) {
    Parts& parts = of(editor);
    std::mbstate_t state{};
    while (true) {
        const Woken woken = waitForInput(STDIN_FILENO);
        if (woken == Woken::Interrupted) {
            parts.wasInterrupted = true;
            return -1;
        }
        if (Signals::takeResized()) {
            // Whoever had the terminal meanwhile may have left it in another mode.
            el_set(editor, EL_PREP_TERM, 0);
            el_set(editor, EL_PREP_TERM, 1);
            el_resize(editor);
            el_set(editor, EL_REFRESH);
        }
        if (woken != Woken::Ready) continue;
        char byte = 0;
        const auto got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) return got < 0 ? -1 : 0;
        const std::size_t converted = std::mbrtowc(out, &byte, 1, &state);
        if (converted == static_cast<std::size_t>(-2)) continue;  // more bytes belong to it
        if (converted != static_cast<std::size_t>(-1)) return 1;
        state = {};
    }
}

unsigned char LineEditor::Parts::onTab(EditLine* editor, int) {
    const LineInfo* const line = el_line(editor);
    const std::string_view before(line->buffer,
                                  static_cast<std::size_t>(line->cursor - line->buffer));
    const std::string_view after(line->cursor,
                                 static_cast<std::size_t>(line->lastchar - line->cursor));
    const Completion found = of(editor).complete(before, after);
    if (found.candidates.empty()) return CC_REFRESH_BEEP;
    const bool isOnly = found.candidates.size() == 1;
    std::string text = commonStart(found.candidates);
    const std::string typed(before.substr(before.size() - found.typed));
    if (isOnly && text.back() != '(') text += ' ';
    if (text.size() > typed.size() || isOnly) {
        el_deletestr(editor, static_cast<int>(characters(typed)));
        el_insertstr(editor, text.c_str());
        return CC_REFRESH;
    }
    list(found.candidates);
    return CC_REDISPLAY;
}

LineEditor::LineEditor(Complete complete) : parts_(std::make_unique<Parts>()) {
    parts_->complete = std::move(complete);
    parts_->history = history_init();
    HistEvent event;
    ::history(parts_->history, &event, H_SETSIZE, historySize);
    ::history(parts_->history, &event, H_SETUNIQUE, 1);
    parts_->editor = el_init("ksqldb-shell", stdin, stdout, stderr);
    EditLine* const editor = parts_->editor;
    el_set(editor, EL_CLIENTDATA, parts_.get());
    el_set(editor, EL_PROMPT, &Parts::promptOf);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, ::history, parts_->history);
    el_set(editor, EL_GETCFN, &Parts::readCharacter);
    // Not el_set(), which never frees the copies that it makes of the texts.
    el_wset(editor, EL_ADDFN, L"ksqldb-complete", L"Complete the word", &Parts::onTab);
    el_set(editor, EL_BIND, "^I", "ksqldb-complete", nullptr);
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor, nullptr);
}

LineEditor::~LineEditor() {
    el_end(parts_->editor);
    history_end(parts_->history);
}

LineEditor::Got LineEditor::read(const std::string& prompt, std::string& line) {
    parts_->prompt = prompt;
    parts_->wasInterrupted = false;
    // Before the prompt, or a key that is pressed at once would be echoed by the system as well.
    el_set(parts_->editor, EL_PREP_TERM, 1);
    int count = 0;
    const char* const got = el_gets(parts_->editor, &count);
    if (parts_->wasInterrupted) {
        Signals::clearInterrupt();
        return Signals::terminated() != 0 ? Got::Terminated : Got::Interrupted;
    }
    if (got == nullptr || count <= 0) return Got::End;
    line.assign(got, static_cast<std::size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return Got::Line;
}

void LineEditor::useFile(const std::string& path) {
    if (!prepareHistory(path)) return;
    parts_->path = path;
    HistEvent event;
    const int loaded = ::history(parts_->history, &event, H_LOAD, path.c_str());
    // It only grows at its end; now and then what is old is dropped.
    if (loaded > 2 * historySize) ::history(parts_->history, &event, H_SAVE, path.c_str());
}

void LineEditor::remember(const std::string& statement) {
    HistEvent event;
    const bool isAgain = ::history(parts_->history, &event, H_FIRST) >= 0 && statement == event.str;
    if (isAgain) return;
    ::history(parts_->history, &event, H_ENTER, statement.c_str());
    if (parts_->path.empty()) return;
    // Added at the end, so that shells that run at the same time keep each other's. By a history of
    // its own, because libedit's H_NSAVE_FP writes one entry too many.
    std::FILE* const file = std::fopen(parts_->path.c_str(), "ae");
    if (file == nullptr) return;
    std::fseek(file, 0, SEEK_END);
    History* const one = history_init();
    ::history(one, &event, H_SETSIZE, 1);
    ::history(one, &event, H_ENTER, statement.c_str());
    ::history(one, &event, H_SAVE_FP, file);
    history_end(one);
    std::fclose(file);
}

std::vector<std::string> LineEditor::history() const {
    std::vector<std::string> out;
    HistEvent event;
    for (int found = ::history(parts_->history, &event, H_LAST); found >= 0;
         found = ::history(parts_->history, &event, H_PREV))
        out.emplace_back(event.str);
    return out;
}

}  // namespace shell
