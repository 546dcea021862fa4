// A prompt for SQL: editing, history, completion, tables, live push queries, scripts. It needs no
// Java. See README.md beside it.
#include "connection.h"
#include "options.h"
#include "output.h"
#include "prompt.h"
#include "session.h"
#include "signals.h"
#include "text_width.h"
#include "wait.h"

#include <ksqldb/version.h>

#include <unistd.h>

#include <exception>
#include <iostream>

namespace {

using shell::Result;

Result runSources(shell::Session& session, const shell::Options& options) {
    for (const shell::Source& source : options.sources) {
        Result result = Result::Ok;
        if (!source.isFile)
            // At the end of a command line nobody writes a semicolon.
            result = session.runScript(source.text + "\n;", "");
        else if (source.text == "-")
            result = shell::runStandardInput(session);
        else
            result = session.runFile(source.text);
        if (!session.mayGoOnAfter(result)) return result;
    }
    return Result::Ok;
}

/// Of a script: a failure counts, also if others followed it.
int scriptStatus(const shell::Session& session, Result result) {
    const bool isGood = result == Result::Ok || result == Result::Leave;
    return exitStatus(isGood ? session.lastFailure() : result);
}

void greet(shell::Session& session, shell::Output& output) {
    try {
        session.greet();
        output.message("HELP; lists commands. Tab completes, Ctrl-C cancels, Ctrl-D leaves.",
                       shell::Style::Dim);
    } catch (const shell::CalledOff& end) {
        // Whoever does not want to wait for the server wants the prompt.
        if (!shell::takeInterrupt(end)) throw;
    }
}

int run(const std::vector<std::string>& words) {
    const shell::Options options = shell::parsedOptions(words, shell::fromEnvironment);
    if (options.help) {
        std::cout << shell::usage();
        return 0;
    }
    if (options.version) {
        std::cout << "ksqldb-shell " << KSQLDB_VERSION << '\n';
        return 0;
    }
    shell::Signals::install();
    shell::Output output;
    shell::Session session(
        options, shell::connectionOf(options, shell::fromEnvironment, shell::askAtTerminal),
        output);
    if (!options.sources.empty()) return scriptStatus(session, runSources(session, options));
    if (::isatty(STDIN_FILENO) == 0 || !output.isTerminal())
        return scriptStatus(session, shell::runStandardInput(session));
    if (!options.isQuiet) greet(session, output);
    return exitStatus(shell::runPrompt(session, output, options.keepsHistory));
}

}  // namespace

int main(int argc, char** argv) {
    shell::useUtf8Locale();
    try {
        return run({argv + 1, argv + argc});
    } catch (const shell::UsageError& error) {
        std::cerr << "ksqldb-shell: " << error.what() << '\n';
        return 2;
    } catch (const shell::CalledOff& end) {
        return exitStatus(end.why == shell::Woken::NobodyReads ? Result::NobodyReads
                                                               : Result::Interrupted);
    } catch (const ksqldb::Error& error) {
        // Options that cannot be right, such as a URL that is none.
        std::cerr << "ksqldb-shell: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "ksqldb-shell: " << error.what() << '\n';
        return 1;
    }
}
