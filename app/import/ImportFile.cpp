// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportFile.h"

#include "app/import/Duplicates.h"
#include "app/import/ForeignFormat.h"
#include "app/import/Importer.h"

#include <new>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

Result<ImportPlan> readSource(Result<ImportSource> source, qint64 now)
{
    if (!source)
        return std::unexpected(source.error());
    const Importer *importer = importerFor(*source);
    if (!importer)
        return std::unexpected(refuseText(*source));
    auto plan = importer->read(*source, now);
    if (!plan)
        return plan;
    plan->format = importer->name();
    plan->source = source->fileName();
    if (source->encoding() == TextEncoding::Windows1252)
        plan->remarks.append(
            {ImportRemark::Kind::Note, source->fileName(),
             u"the file is not UTF-8 and was read as Windows-1252: check names and passwords with accents"_s});
    remarkDuplicates(*plan);
    return plan;
}

// Importing is the whole job of a worker thread, so this is where it begins: a hostile or huge file may ask
// for more memory than there is, and that is an answer, not an end.
template <typename Read>
Result<ImportPlan> guarded(Read read)
{
    try {
        return read();
    } catch (const std::bad_alloc &) {
        return fail(ErrorCode::OutOfMemory, u"There is not enough memory to read this file."_s);
    }
}

} // namespace

Result<ImportPlan> importFile(const QString &path, qint64 now)
{
    return guarded([&] { return readSource(ImportSource::open(path), now); });
}

Result<ImportPlan> importBytes(const QString &fileName, QByteArray &&bytes, qint64 now)
{
    return guarded([&] { return readSource(ImportSource::fromBytes(fileName, std::move(bytes)), now); });
}

const Importer *importerFor(const ImportSource &source)
{
    for (const Importer *importer : importers())
        if (importer->recognises(source))
            return importer;
    return nullptr;
}

QStringList importFilePatterns()
{
    QStringList patterns;
    for (const Importer *importer : importers())
        patterns.append(importer->filePatterns());
    patterns.removeDuplicates();
    return patterns;
}

} // namespace clavitor
