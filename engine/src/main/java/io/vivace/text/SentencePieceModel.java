package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * spiece.model (SentencePiece's ModelProto) with the settings of tokenizer_config.json, as T5 uses them: the pipeline that transformers
 * builds when there is no tokenizer.json.
 */
final class SentencePieceModel {
    private static final String MARK = "\u2581";
    private static final int UNIGRAM = 1;
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int T5_EXTRA_IDS = 100;
    private static final int MOST_EXTRA_IDS = 100_000;

    private final List<String> names = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    /** Control symbols and the pieces that the user defined: never taken apart. */
    private final List<String> special = new ArrayList<>();
    private int unknown = Pieces.NONE;
    private byte[] charsmap = {};
    private boolean trained;
    private boolean normalizes;

    private SentencePieceModel() {
    }

    static Tokenizer read(byte[] file, Settings settings) {
        var model = new SentencePieceModel();
        var in = new Protobuf(ByteBuffer.wrap(file));
        while (in.next()) {
            switch (in.field()) {
                case 1 -> model.readPiece(in.message());
                case 2 -> model.readTraining(in.message());
                case 3 -> model.readNormalizer(in.message());
                default -> in.skip();
            }
        }
        if (model.names.isEmpty()) throw new BadCheckpoint("it is no SentencePiece model: it has no pieces");
        // These follow the pieces, so a file that was cut between two pieces lacks them.
        if (!model.trained || !model.normalizes) throw new BadCheckpoint("it lacks its training or normalizer settings: it is incomplete");
        if (model.unknown == Pieces.NONE) throw new BadCheckpoint("it has no piece for unknown characters");
        return model.build(settings);
    }

    private void readPiece(Protobuf in) {
        String name = "";
        double score = 0;
        int type = NORMAL;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> score = in.real();
                case 3 -> type = in.number();
                default -> in.skip();
            }
        }
        if (names.size() == Tokenizer.MOST_IDS) throw new BadCheckpoint("it has more than " + Tokenizer.MOST_IDS + " pieces");
        if (type == UNKNOWN && unknown == Pieces.NONE) unknown = names.size();
        if (type == CONTROL || type == USER_DEFINED) special.add(name);
        names.add(name);
        scores.add(score);
    }

    private void readTraining(Protobuf in) {
        trained = true;
        while (in.next()) {
            if (in.field() != 3) in.skip();
            else if (in.number() != UNIGRAM) throw new BadCheckpoint("its model is not of the unigram type, which T5 needs");
        }
    }

    private void readNormalizer(Protobuf in) {
        normalizes = true;
        while (in.next()) {
            if (in.field() == 2) charsmap = in.bytes();
            else in.skip();
        }
    }

    private Tokenizer build(Settings settings) {
        int extra = settings.count("extra_ids", T5_EXTRA_IDS);
        if (extra > MOST_EXTRA_IDS) throw new BadCheckpoint("extra_ids is " + extra + ", more than " + MOST_EXTRA_IDS);
        for (int i = extra - 1; i >= 0; i--) {
            names.add("<extra_id_" + i + ">");
            scores.add(0.0);
            special.add("<extra_id_" + i + ">");
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < names.size(); id++) ids.put(names.get(id), id);
        String pad = settings.token("pad_token", "<pad>");
        String end = settings.token("eos_token", "</s>");
        special.addAll(List.of(end, settings.token("unk_token", "<unk>"), pad));

        var builder = new TokenizerBuilder();
        if (charsmap.length > 0) builder.normalizers.add(Charsmap.of(charsmap));
        builder.splitters.add(new Splitter.Blanks());
        builder.splitters.add(new Splitter.Metaspace(MARK, Splitter.Prepend.ALWAYS, true));
        for (String token : special) builder.added.add(AddedTokens.Token.special(token));
        builder.model(Unigram.of(names, scores.stream().mapToDouble(Double::doubleValue).toArray(), unknown), ids, names.size());
        builder.around(new int[0], new int[] {builder.need(end)});
        return builder.build(pad, end);
    }
}
