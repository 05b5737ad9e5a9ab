// Command go-tlog judges a log that Vouch wrote, with Go's own transparency log library and a C2SP client, sharing no code with
// Vouch. It reads a directory:
//
//	checkpoint        the signed checkpoint
//	key               the log's verifier key
//	witnesses         optional: verifier keys of witnesses, one a line, each of which must have cosigned
//	tile/...          hash tiles and entry bundles as C2SP tlog-tiles lays them out
//	X.tlog-proof      optional: proofs, each with X.leaf, the bytes of the entry that it proves
//
// It prints "ok size=N tiles=M proofs=K" (M counts hash tiles), or the reason why not and exits with status 1.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go-tlog DIRECTORY")
		os.Exit(2)
	}
	summary, err := judge(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println(summary)
}

func judge(dir string) (string, error) {
	policy, err := readPolicy(dir)
	if err != nil {
		return "", err
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return "", err
	}
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, policy)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	hashes, err := rebuild(dir, checkpoint.Tree)
	if err != nil {
		return "", err
	}
	tiles, err := compareTiles(dir, checkpoint.N, hashes)
	if err != nil {
		return "", err
	}
	proofs, err := checkProofs(dir, policy)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("ok size=%d tiles=%d proofs=%d", checkpoint.N, tiles, proofs), nil
}

// readPolicy demands the log's own signature, its origin to be its key's name, and every listed witness.
func readPolicy(dir string) (torchwood.Policy, error) {
	text, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		return nil, err
	}
	key, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	parts := []torchwood.Policy{torchwood.OriginPolicy(key.Name()), torchwood.SingleVerifierPolicy(key)}
	witnesses, err := os.ReadFile(filepath.Join(dir, "witnesses"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, line := range strings.Fields(string(witnesses)) {
		witness, err := torchwood.NewCosignatureVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("witnesses: %w", err)
		}
		parts = append(parts, torchwood.SingleVerifierPolicy(witness))
	}
	return torchwood.ThresholdPolicy(len(parts), parts...), nil
}

// storedHashes is a tree in memory, in the order of tlog.StoredHashIndex.
type storedHashes []tlog.Hash

func (s storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		found[i] = s[index]
	}
	return found, nil
}

// rebuild reads all entries through the C2SP client, which checks them against the published tiles, and computes the whole tree
// again from the entries alone.
func rebuild(dir string, tree tlog.Tree) (storedHashes, error) {
	tileFS, err := torchwood.NewTileFS(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	client, err := torchwood.NewClient(tileFS)
	if err != nil {
		return nil, err
	}
	var hashes storedHashes
	var count int64
	if tree.N > 0 {
		for index, entry := range client.AllEntries(context.Background(), tree, 0) {
			if index != count {
				return nil, fmt.Errorf("entry %d came where %d was due", index, count)
			}
			more, err := tlog.StoredHashes(index, entry, hashes)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, more...)
			count++
		}
		if err := client.Err(); err != nil {
			return nil, fmt.Errorf("entries: %w", err)
		}
	}
	if count != tree.N {
		return nil, fmt.Errorf("%d entries, but the checkpoint says %d", count, tree.N)
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, fmt.Errorf("the entries have root %v, but the checkpoint says %v", root, tree.Hash)
	}
	return hashes, nil
}

// compareTiles computes each hash tile of the tree and compares it with the file; any other file under tile/ must be a narrower,
// older form of a tile or bundle that is there.
func compareTiles(dir string, size int64, hashes storedHashes) (int, error) {
	expected := make(map[string][]byte)
	bundles := make(map[string]bool)
	for _, tile := range tlog.NewTiles(torchwood.TileHeight, 0, size) {
		data, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return 0, err
		}
		expected[torchwood.TilePath(tile)] = data
		if tile.L == 0 {
			tile.L = -1
			bundles[torchwood.TilePath(tile)] = true
		}
	}
	missing := len(expected) + len(bundles)
	err := filepath.WalkDir(filepath.Join(dir, "tile"), func(file string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && size == 0 {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		path, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		tile, err := torchwood.ParseTilePath(path)
		if err != nil {
			return err
		}
		switch want, known := expected[path]; {
		case known && !bytes.Equal(data, want):
			return fmt.Errorf("%s differs from the tile that the entries make", path)
		case known || bundles[path]:
			missing--
			return nil
		default:
			return checkOlder(path, tile, data, dir, size)
		}
	})
	if err != nil {
		return 0, err
	}
	if missing != 0 {
		return 0, fmt.Errorf("%d tiles or bundles are missing", missing)
	}
	return len(expected), nil
}

// checkOlder accepts a partial tile that a smaller tree had: its bytes begin the tile that is there now.
func checkOlder(path string, tile tlog.Tile, data []byte, dir string, size int64) error {
	level := max(tile.L, 0)
	width := min((size>>(torchwood.TileHeight*level))-tile.N*torchwood.TileWidth, torchwood.TileWidth)
	if int64(tile.W) >= width {
		return fmt.Errorf("%s has no place in a tree of %d leaves", path, size)
	}
	now := tile
	now.W = int(width)
	whole, err := os.ReadFile(filepath.Join(dir, torchwood.TilePath(now)))
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(whole, data) {
		return fmt.Errorf("%s is not the beginning of %s", path, torchwood.TilePath(now))
	}
	return nil
}

// checkProofs verifies each X.tlog-proof for the bytes in X.leaf.
func checkProofs(dir string, policy torchwood.Policy) (int, error) {
	proofs, err := filepath.Glob(filepath.Join(dir, "*.tlog-proof"))
	if err != nil {
		return 0, err
	}
	for _, file := range proofs {
		proof, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		leaf, err := os.ReadFile(strings.TrimSuffix(file, ".tlog-proof") + ".leaf")
		if err != nil {
			return 0, err
		}
		if err := torchwood.VerifyProof(policy, tlog.RecordHash(leaf), proof); err != nil {
			return 0, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return len(proofs), nil
}
